"""The ameli portal: signing in with a security code (AMC), and the forgotten password."""
