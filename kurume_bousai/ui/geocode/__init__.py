"""住所から位置を決める: the state, the batch, and the people whose place a person decides."""
