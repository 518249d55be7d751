from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "niagara.directory"
    label = "directory"
    verbose_name = "Directory"
