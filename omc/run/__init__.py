"""Running everything on one machine: environment, private servers, supervisor. Imports nothing of the business."""
