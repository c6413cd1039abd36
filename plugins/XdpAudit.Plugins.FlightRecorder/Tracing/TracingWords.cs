namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>What the user reads of the tracing and the function tier.</summary>
internal static class TracingWords
{
    internal const string NoBtf = "this kernel has no BTF (/sys/kernel/btf/vmlinux); build it with CONFIG_DEBUG_INFO_BTF";

    internal const string NotAsked = "it was switched off";

    internal const string RingWasFull = "the ring was full: it is read too seldom, or too small (RingBytes)";

    internal const string CallsWereFull = "too many system calls were under way at once to remember what each had asked";

    internal const string GoneBeforeSeen = "a call succeeded, and what it made or changed was gone before it could be looked at";

    internal const string LeftOut = "at most so many: a hook was met while it ran on that processor already, and the kernel leaves it out then";

    internal const string ProcessLost = "its command line, executable and parents: the record of the process was lost, or is older than what is remembered";

    internal const string ActorDeferred = "this kernel tells it only after a grace period, when who did it is not to be seen any more";

    internal const string RecorderItself = "the recorder lost what it was told";

    internal static string NoneAttached(string why) => $"none of its programs could be attached; the first: {why}";

    internal static string NoLibbpf(string why) => $"cannot load programs: {why}; install libbpf 1.0 or later (package libbpf1)";

    internal static string NotRead(int errno) => $"cannot read the BPF object of this plugin: {Errnos.Name(errno)}";

    internal static string NoFunction(string name) => $"this kernel has no {name} to attach to";

    internal static string NotLoaded(string section, int errno) => $"cannot load the program for {section}: {Errnos.Name(errno)}" + Hint(errno);

    internal static string NotAttached(string section, int errno) => $"cannot attach to {section}: {Errnos.Name(errno)}" + Hint(errno);

    internal static string NeedsAlso(string hook, string why) => $"it needs {hook} too: {why}";

    internal static string CgroupUnknown(ulong id, string why) => $"its cgroup, number {id}: {why}";

    internal static string CommandLineCut(uint all) => $"its whole command line: of {all} bytes the first 256 were kept";

    internal const string CommandLineUnread = "its command line: its memory was not there to read";

    internal const string ExeCut = "the upper part of its executable's path: it is too long or too deep";

    internal const string NoMemory = "its command line and executable: it had given up its memory already";

    private static string Hint(int errno) => errno is Errnos.Eperm or Errnos.Eacces ? "; it needs CAP_BPF and CAP_PERFMON, and a kernel policy that allows this kind of program" : "";
}
