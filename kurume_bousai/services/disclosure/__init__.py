"""外に出す決まり: recipients, emergency mode and the second person."""
