"""What planning decides from values alone: no database, no clock."""
