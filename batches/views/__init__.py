"""The screens of managers and technicians."""
