"""What the use cases ask of the outer layers, as Protocols and the frozen values that cross them."""
