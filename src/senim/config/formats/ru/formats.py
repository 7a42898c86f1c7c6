"""Django writes «12 Ноябрь» for a month and a day."""

MONTH_DAY_FORMAT = "j E"  # 12 ноября
