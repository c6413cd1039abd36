using System.Globalization;

namespace XdpAudit.Kernel;

/// <summary>What this project says to people: why something could not be seen, and the next step.</summary>
internal static class Words
{
    internal const string NoLibbpf = "libbpf.so.1 is not installed (apt install libbpf1, dnf install libbpf); the slower id walk is used";
    internal const string IteratorsNeed = "loading BPF iterators needs CAP_BPF and CAP_PERFMON; the slower id walk is used";
    internal const string IteratorNotSupported =
        "this kernel does not load the iterator: it needs BTF (/sys/kernel/btf/vmlinux), and Linux 5.19 for links; the slower way is used";
    internal const string IteratorsOff = "iterators are switched off; the slower way is used";
    internal const string WalkTellsLess = "references, namespace and mode of links are not reported by the id walk";
    internal const string OnlyOpenFilesTell = "only the iterator of open files tells of them: let the auditor load iterators; they are not looked for";
    internal const string NeedsSysAdmin = "opening BPF objects by id needs CAP_SYS_ADMIN: run the auditor as root";
    internal const string StoppedEarly = "the kernel stopped before the end; look again";
    internal const string NeedsPtrace = "reading another process needs CAP_SYS_PTRACE and every capability it has: give the auditor those, or let it load iterators";
    internal const string ThreadsNeedKcmp = "telling shared descriptor tables apart needs kcmp(2)";
    internal const string NotInitialPidNamespace = "the auditor is in a pid namespace of its own: run it in the host's, or processes outside stay unseen";
    internal const string NoProc = "procfs cannot be read: mount it, or run the auditor as root";
    internal const string NeedsNetAdmin = "entering a network namespace needs CAP_SYS_ADMIN over it: run the auditor as root in the initial user namespace";
    internal const string HiddenNeedsHandle = "it has no path and this kernel cannot open a namespace by handle (Linux 6.18)";
    internal const string SocketNotLent =
        "only a socket keeps it, and taking a copy of it needs Linux 5.6, CAP_SYS_PTRACE and CAP_NET_ADMIN in its namespace: run the auditor as root in the initial user namespace";
    internal const string NoCookie = "this kernel does not number its network namespaces (SO_NETNS_COOKIE, Linux 5.14): nothing in them can be named";
    internal const string NetlinkFailed = "rtnetlink refused the list of interfaces";
    internal const string ChangedWhileRead = "the interfaces changed while they were listed, again and again; look again";
    internal const string PinNeedsRead = "opening a pin needs permission on the file and CAP_BPF: run the auditor as root";
    internal const string PinsNeedRoot = "reading another mount namespace needs CAP_SYS_PTRACE and CAP_SYS_ADMIN: run the auditor as root";
    internal const string PinTooDeep = "directories are nested deeper than we follow";
    internal const string MapWriteOnly = "its elements cannot be read from user space";
    internal const string RunAsRoot = "run this as root, or as the user who owns it";
    internal const string MoreGapsWhy = "listed are the first; remove their cause and look again";
    internal const string MapIdsNeedSysAdmin = "the maps a program uses are told only when it is opened by id, which needs CAP_SYS_ADMIN";
    internal const string MapMemlockNeedsSysAdmin = "the memory of a map is told only when it is opened by id, which needs CAP_SYS_ADMIN";

    internal static string MoreGaps(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} more of the same kind");

    internal static string Listing(string what) => $"list {what}";

    internal static string Opening(string kind, uint id) => string.Create(CultureInfo.InvariantCulture, $"open {kind} {id}");

    internal static string LoadingIterator(string name) => $"load iterator {name}";

    internal static string MapTooLarge(int limit) => string.Create(CultureInfo.InvariantCulture, $"it has more than {limit} slots; only those were read");

    internal static string Covering(string path) => $"list the pins on the bpffs at '{path}'";

    internal static string Covered(string by) => $"'{by}' is mounted over it, and it could not be uncovered in a private mount namespace either";
}
