"""架空の市: everything a demo is made of, drawn from one seed. Standard library only."""
