"""Tables, one module for each thing kept."""
