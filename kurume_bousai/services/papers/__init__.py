"""What stands on papers: contents, ports of their makers, and the rules of what may be printed."""
