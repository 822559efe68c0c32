"""名簿の取込: from files of several offices to one transaction, reconciled and undoable."""
