"""事務: activities, the yearly update and the rates of registration."""
