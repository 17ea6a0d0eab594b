"""Draws: from the uncertain numbers of a case to complete sets of them."""
