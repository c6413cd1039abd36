namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>One PERF_RECORD_BPF_EVENT. The tag is the kernel's eight bytes, in their order in memory. The pid is -1 for a task that was ending.</summary>
internal readonly record struct PerfRecord(bool Load, uint Id, ulong Tag, int Pid, int Tid, ulong BootNs);
