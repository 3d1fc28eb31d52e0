"""The typing replay: functions cut out of a copy of a workspace, and a simulated user who types them again."""
