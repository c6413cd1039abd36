using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// Who a pid was, from procfs at the time of a drain. A process is read once per drain, however much it did; one that ended meanwhile is known by
/// its pid alone, and the identity says so.
/// </summary>
internal sealed class ActorReader(string proc = "/proc")
{
    private const string Ended = "the process had ended";
    private const string Another = "the process had ended and its pid was given again";
    private const ulong NsPerTick = 10_000_000;
    private const int MostParents = 32;

    // PROC_PID_INIT_INO: the inode of the first pid namespace.
    private const ulong InitialPidNamespace = 4026531836;

    private static readonly string[] Members = ["start time", "comm", "exe", "uid", "login uid", "cgroup", "netns", "command line", "parents"];
    private static readonly string[] EndedMembers = [.. Members.Select(m => $"{m}: {Ended}")];
    private static readonly string[] AnotherMembers = [.. Members.Select(m => $"{m}: {Another}")];
    private static readonly Actor KernelWorker = new Actor.Kernel("a kernel worker freed it");

    private readonly Dictionary<int, Known> _known = [];
    private readonly Dictionary<int, (NetnsInode? Inode, NetnsCookie? Cookie, string? Why)> _netns = [];
    private readonly bool _initial = !FileCalls.TryReadLink($"{proc}/self/ns/pid", out var target, out _) || ProcText.Namespace(target) == InitialPidNamespace;

    /// <summary>How many processes were read since the last <see cref="Forget"/>.</summary>
    internal int Reads { get; private set; }

    /// <summary>Begins a drain: what was read before may have changed.</summary>
    internal void Forget()
    {
        _known.Clear();
        _netns.Clear();
        Reads = 0;
    }

    /// <summary>The process of a task that did something at a moment of CLOCK_BOOTTIME.</summary>
    internal Actor Of(int pid, int tid, ulong bootNs)
    {
        if (pid < 0)
        {
            return new Actor.Unknown("the process was ending, and had no pid any more");
        }

        if (pid == 0)
        {
            return _initial ? KernelWorker : new Actor.Unknown("a kernel worker, or a process outside the auditor's pid namespace");
        }

        var known = Look(pid);
        if (known.Kernel)
        {
            return KernelWorker;
        }

        if (known.StartTicks is { } start && start * NsPerTick > bootNs)
        {
            return new Actor.Process(new() { Pid = pid, NotKnown = AnotherMembers });
        }

        return tid == pid || known.Identity.StartTicks is null ? known.Actor : InThread(known.Identity, pid, tid);
    }

    /// <summary>The identity with what it lacks, where the process that is meant is still there.</summary>
    internal ProcessIdentity Complete(ProcessIdentity told)
    {
        if (told.StartTicks is null || told.Pid <= 0 || (told.Exe is not null && told.Parents is not null && told.CommandLine is not null))
        {
            return told;
        }

        var known = Look(told.Pid);
        if (known.Kernel)
        {
            return told;
        }

        var read = known.StartTicks == told.StartTicks
            ? known.Identity
            : new() { Pid = told.Pid, NotKnown = known.StartTicks is null ? EndedMembers : AnotherMembers };
        var whole = told with
        {
            Comm = told.Comm ?? read.Comm,
            Exe = told.Exe ?? read.Exe,
            Uid = told.Uid ?? read.Uid,
            LoginUid = told.LoginUid ?? read.LoginUid,
            Cgroup = told.Cgroup ?? read.Cgroup,
            Netns = told.Netns ?? read.Netns,
            CommandLine = told.CommandLine ?? read.CommandLine,
            Container = told.Container ?? read.Container,
            Pod = told.Pod ?? read.Pod,
            Parents = told.Parents ?? read.Parents,
        };
        var still = (read.NotKnown ?? []).Where(n => Lacks(whole, n));
        List<string> all = [.. told.NotKnown ?? [], .. still.Where(n => told.NotKnown?.Contains(n) != true)];
        return whole with { NotKnown = all.Count == 0 ? null : all };
    }

    private static bool Lacks(ProcessIdentity identity, string sentence) => sentence[..Math.Max(0, sentence.IndexOf(':', StringComparison.Ordinal))] switch
    {
        "start time" => identity.StartTicks is null,
        "comm" => identity.Comm is null,
        "exe" => identity.Exe is null,
        "uid" => identity.Uid is null,
        "login uid" => identity.LoginUid is null,
        "cgroup" => identity.Cgroup is null,
        "netns" => identity.Netns is null,
        "command line" => identity.CommandLine is null,
        "parents" => identity.Parents is null,
        _ => true,
    };

    private Known Look(int pid)
    {
        if (!_known.TryGetValue(pid, out var known))
        {
            Reads++;
            known = Read(pid);
            _known.Add(pid, known);
        }

        return known;
    }

    private Known Read(int pid)
    {
        var directory = $"{proc}/{pid}";
        if (!FileCalls.TryRead($"{directory}/stat", 4096, out var content, out var errno) || !ProcText.TryParseStat(content, out var stat))
        {
            return Known.Of(new() { Pid = pid, NotKnown = IsGone(errno) ? EndedMembers : [.. Members.Select(m => $"{m}: /proc/{pid}/stat: {Errnos.Name(errno)}")] });
        }

        if (stat.KernelThread)
        {
            return new(new() { Pid = pid }, KernelWorker, true, stat.StartTicks);
        }

        var notKnown = new List<string>();
        var status = File("uid", $"{directory}/status", 4096, notKnown);
        var login = File("login uid", $"{directory}/loginuid", 64, notKnown);
        var cgroup = File("cgroup", $"{directory}/cgroup", 16_384, notKnown);
        var arguments = File("command line", $"{directory}/cmdline", 256, notKnown);
        var exe = FileCalls.TryReadLink($"{directory}/exe", out var target, out errno) ? ProcText.Escape(target) : Missed("exe", errno, notKnown);
        var netns = Netns(directory);
        if (netns.Why is { } why)
        {
            notKnown.Add(why);
        }

        return Known.Of(new()
        {
            Pid = pid,
            StartTicks = stat.StartTicks,
            Comm = stat.Comm,
            Exe = exe,
            Uid = status is null ? null : ProcText.Uid(status),
            LoginUid = login is null ? null : ProcText.LoginUid(login),
            Cgroup = cgroup is null ? null : ProcCgroup.PathOf(cgroup),
            Container = cgroup is null ? null : ProcCgroup.NamesOf(cgroup).Container,
            Pod = cgroup is null ? null : ProcCgroup.NamesOf(cgroup).Pod,
            CommandLine = arguments is null ? null : ProcText.CommandLine(arguments),
            Netns = netns.Inode,
            NetnsCookie = netns.Cookie,
            Parents = Parents(stat.Parent, notKnown),
            NotKnown = notKnown.Count == 0 ? null : notKnown,
        });
    }

    private List<ParentProcess> Parents(int parent, List<string> notKnown)
    {
        var parents = new List<ParentProcess>();
        while (parent > 1 && parents.Count < MostParents)
        {
            if (!FileCalls.TryRead($"{proc}/{parent}/stat", 4096, out var content, out var errno) || !ProcText.TryParseStat(content, out var stat))
            {
                notKnown.Add($"parents: {(IsGone(errno) ? $"parent {parent} had ended" : $"/proc/{parent}/stat: {Errnos.Name(errno)}")}");
                break;
            }

            parents.Add(new(parent, stat.Comm));
            parent = stat.Parent;
        }

        return parents;
    }

    // A network namespace is a thread's own: what counts is the one the task was in, not its process's.
    private Actor.Process InThread(ProcessIdentity identity, int pid, int tid)
    {
        if (!_netns.TryGetValue(tid, out var netns))
        {
            netns = Netns($"{proc}/{pid}/task/{tid}");
            _netns.Add(tid, netns);
        }

        return netns.Inode is null || netns.Inode == identity.Netns ? new(identity) : new(identity with { Netns = netns.Inode, NetnsCookie = netns.Cookie });
    }

    private static (NetnsInode? Inode, NetnsCookie? Cookie, string? Why) Netns(string directory)
    {
        if (!FileCalls.TryReadLink($"{directory}/ns/net", out var target, out var errno) || ProcText.Namespace(target) is not { } inode)
        {
            return (null, null, Sentence("netns", errno));
        }

        using var netns = FileCalls.TryOpen($"{directory}/ns/net", out _);
        return (new(inode), netns is not null && FileCalls.NamespaceCookie(netns) is { } cookie ? new(cookie) : null, null);
    }

    private static byte[]? File(string member, string path, int most, List<string> notKnown)
    {
        if (FileCalls.TryRead(path, most, out var content, out var errno))
        {
            return content;
        }

        notKnown.Add(Sentence(member, errno));
        return null;
    }

    private static string? Missed(string member, int errno, List<string> notKnown)
    {
        notKnown.Add(Sentence(member, errno));
        return null;
    }

    private static string Sentence(string member, int errno) => $"{member}: {(IsGone(errno) ? Ended : Errnos.Name(errno))}";

    // ENOENT, ESRCH: it went between the event and our reading.
    private static bool IsGone(int errno) => errno is Errnos.Enoent or 3;

    private sealed record Known(ProcessIdentity Identity, Actor Actor, bool Kernel, ulong? StartTicks)
    {
        internal static Known Of(ProcessIdentity identity) => new(identity, new Actor.Process(identity), false, identity.StartTicks);
    }
}
