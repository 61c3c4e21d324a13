"""Running the whole system on one machine: environment, private servers, supervisor. Imports nothing of the business."""
