using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

/// <summary>Fixed answers of an auditor.</summary>
internal static class A
{
    internal static readonly DateTimeOffset Now = CommandLineTool.Now;

    internal static readonly HostId Host = new("4c9f1e0a5b7d4e3f8a6b2c1d0e9f8a7b");

    internal static readonly BootId Boot = new("0f1e2d3c4b5a69788796a5b4c3d2e1f0");

    internal static readonly AttachPointKey Eth0 = new(Host, Boot, new(1), new(2));

    internal static readonly OperationId OperationId = new("019ab3c4d5e67f8091a2b3c4d5e6f708");

    internal static readonly ProcessIdentity Loader = new()
    {
        Pid = 4242, StartTicks = 99, Comm = "loader", Exe = "/usr/bin/loader", Uid = 0, LoginUid = 1000, Cgroup = "/system.slice/loader.service",
    };

    internal static ProgramKey ProgramKey(uint id) => new(Host, Boot, new(id), 1_000_000UL * id);

    internal static LinkKey LinkKey(uint id, uint program) => new(Host, Boot, new(id), new(program), "xdp");

    internal static ProgramView Program(uint id = 1203, string name = "sample_pass") => new()
    {
        Key = ProgramKey(id),
        Id = new(id),
        Type = "xdp",
        Name = name,
        Tag = new("3b185187f1855c4c"),
        LoadedAt = Now.AddHours(-2),
        Uid = 0,
        LoadedBy = Loader,
        State = ProgramStates.Attached,
        Attachments =
        [
            new() { LinkId = new(17), Netns = new(1), IfIndex = new(2), IfName = "eth0", Mode = XdpMode.Native, Since = Now.AddHours(-2) },
        ],
        Holders =
        [
            new HolderView.Link { Key = LinkKey(17, id), Id = new(17), Since = Now.AddHours(-2) },
            new HolderView.Pin { Path = new("/sys/fs/bpf/sample_pass"), ReachedBy = "/sys/fs/bpf/sample_pass", Since = Now.AddHours(-2) },
            new HolderView.Descriptor { Process = Loader, Fd = 7, Since = Now.AddMinutes(-90) },
        ],
        Pins = [new("/sys/fs/bpf/sample_pass")],
        MapIds = [new(12), new(13)],
        MemlockBytes = 4096,
        FirstSeen = Now.AddHours(-2),
        Operation = OperationId,
        Why = "in force on eth0 by link 17",
        FirstPosition = 12,
        LastPosition = 45,
    };

    internal static ProgramView Retained(uint id = 1204) => Program(id, "sample_other") with
    {
        State = ProgramStates.Retained,
        LoadedBy = null,
        Attachments = [],
        Holders = [new HolderView.Pin { Path = new("/sys/fs/bpf/old"), ReachedBy = "/proc/77/root/sys/fs/bpf/old", Hidden = true }],
        Pins = [new("/sys/fs/bpf/old")],
        UnattachedSince = Now.AddDays(-3),
        FormerAttachments = [new() { AttachPoint = Eth0, IfName = "eth0", Mode = XdpMode.Generic, Until = Now.AddDays(-3), Why = "asked", Operation = OperationId }],
        UnexplainedReferences = 1,
        Operation = null,
        Why = "nothing uses it; the pin /sys/fs/bpf/old keeps it",
    };

    internal static ProgramView Unloaded(uint id = 1100) => Program(id, "gone") with
    {
        State = ProgramStates.Unloaded,
        Attachments = [],
        Holders = [],
        Pins = [],
        MapIds = [],
        Why = "its last reference went between two looks",
        Ended = new() { Occurred = Occurrence.Between(Now.AddMinutes(-10), Now.AddMinutes(-9)), Why = "missing from a complete look" },
    };

    internal static LinkView Link(uint id = 17) => new()
    {
        Key = LinkKey(id, 1203),
        Id = new(id),
        Type = "xdp",
        State = LinkStates.Attached,
        ProgramId = new(1203),
        Program = ProgramKey(1203),
        ProgramName = "sample_pass",
        AttachPoint = Eth0,
        IfName = "eth0",
        Mode = XdpMode.Native,
        Holders = [new HolderView.Descriptor { Process = Loader, Fd = -1, Thread = 4243 }],
        FirstSeen = Now.AddHours(-2),
        FirstPosition = 13,
        LastPosition = 13,
    };

    internal static LinkView Defunct(uint id = 18) => Link(id) with
    {
        State = LinkStates.Defunct,
        NetnsName = "blue",
        DefunctSince = Now.AddMinutes(-5),
        DefunctWhy = "interface-gone",
        Pins = [new("/sys/fs/bpf/links/18")],
        LastPosition = 20,
    };

    internal static AttachmentView Attachment => new()
    {
        AttachPoint = Eth0,
        Netns = new(1),
        OwnNetns = true,
        IfIndex = new(2),
        IfName = "eth0",
        Mode = XdpMode.Native,
        ProgramId = new(1203),
        Program = ProgramKey(1203),
        ProgramName = "sample_pass",
        By = "link",
        LinkId = new(17),
        Since = Now.AddHours(-2),
        AttachedBy = Loader,
    };

    internal static AttachmentView Netlink => Attachment with { Netns = new(4096), OwnNetns = false, IfIndex = new(3), IfName = "veth1", Mode = XdpMode.Generic, By = "netlink", LinkId = null, AttachedBy = null };

    internal static MapView Map => new()
    {
        Key = new(Host, Boot, new(12), "array"),
        Id = new(12),
        Type = "array",
        Name = "counters",
        UsedBy = [new(1203)],
        Holders = [new HolderView.Program { Key = ProgramKey(1203), Id = new(1203) }],
        MemlockBytes = 4096,
        FirstSeen = Now.AddHours(-2),
    };

    internal static HistoryEntry Event(long position, string sentence = "sample_pass (1203) was loaded", string journal = "host") => new()
    {
        Journal = journal,
        Position = position,
        Event = "program_loaded",
        OccurredAt = Occurrence.Exactly(Now.AddMinutes(-60 + position)),
        RecordedAt = Now.AddMinutes(-60 + position),
        KnownBy = new() { How = Knowledge.Witnessed, Source = "sensor:flight-recorder" },
        Actor = new Actor.Process(Loader),
        Operation = OperationId,
        Subjects = [ProgramKey(1203).Value],
        Sentence = sentence,
        Data = JsonDocument.Parse("{\"name\":\"sample_pass\"}").RootElement,
    };

    internal static IReadOnlyList<HistoryEntry> Story =>
    [
        Event(12),
        Event(13, "sample_pass (1203) was attached to eth0 native by link 17") with { KnownBy = new() { How = Knowledge.Declared, Source = "executor:libbpf" } },
        Event(44, "sample_pass (1203) went") with
        {
            OccurredAt = Occurrence.Between(Now.AddMinutes(-10), Now.AddMinutes(-9)),
            KnownBy = new() { How = Knowledge.Observed, Source = "observation:7" },
            Actor = new Actor.Unknown("no sensor saw it"),
        },
        Event(45, "eth0 went and took its attachment") with { OccurredAt = Occurrence.Between(null, Now.AddMinutes(-1)), Actor = new Actor.Kernel("interface removed") },
    ];

    /// <summary>The life of a finding, which the server's journal tells.</summary>
    internal static IReadOnlyList<HistoryEntry> Triaged =>
    [
        Event(7, "suspected program-retained: sample_other (1204) is loaded and in force nowhere") with
        {
            Journal = "server", KnownBy = new() { How = Knowledge.Observed, Source = "observation:7" }, Actor = new Actor.Unknown("a judgement of the auditor"),
        },
        Event(9, "acknowledged (pending-fix) until 2026-11-29 18:40:03 UTC: ticket 7") with
        {
            Journal = "server", KnownBy = new() { How = Knowledge.Declared, Source = "agent" }, Actor = new Actor.Process(Loader with { Comm = "bash" }),
        },
    ];

    internal static FindingView Finding(string id = "f3a9c1d2e4b5a697", string severity = "high", string status = "open") => new()
    {
        Id = new(id),
        Rule = LeakRule.ProgramRetained,
        Severity = severity,
        Status = status,
        Subject = new("program", ProgramKey(1204).Value, 1204, "sample_other"),
        FirstSeen = Now.AddDays(-3),
        LastSeen = Now.AddSeconds(-5),
        AgeSeconds = 3 * 24 * 3600,
        Cost = new(8192, 1),
        Holders = [new HolderView.Pin { Path = new("/sys/fs/bpf/it's old"), ReachedBy = "/sys/fs/bpf/it's old" }],
        Evidence = [12, 40],
        Summary = "sample_other (1204) is loaded and in force nowhere for 3 days; the pin '/sys/fs/bpf/it's old' keeps it",
        Remedy =
        [
            new("remove the pin", "xdpaudit program unpin 1204 --pin '/sys/fs/bpf/it'\\''s old'", "xdpaudit"),
            new("see that it is gone", "xdpaudit program show 1204", "xdpaudit"),
            new("remove the pin", "rm -- '/sys/fs/bpf/it'\\''s old'", "plain"),
            new("stop the process that holds it, however you stop it", null, "plain"),
            new("see that it is gone", "bpftool prog show id 1204", "plain"),
        ],
        Doubt = "maps could not be looked into",
    };

    internal static FindingView Acknowledged => Finding(status: FindingStates.Acknowledged) with
    {
        Triage = new(Loader with { Comm = "bash", Exe = null, Cgroup = null }, TriageReasons.PendingFix, "ticket 7", Now, Now.AddDays(7)),
    };

    internal static FindingView Suppressed => Finding(status: FindingStates.Suppressed) with
    {
        Triage = new(Loader with { Comm = "bash", Exe = null, Cgroup = null }, TriageReasons.RiskAccepted, "the new loader comes on Monday", Now, Now.AddDays(7)),
    };

    internal static OperationView Operation(string state = OperationStates.Verified) => new()
    {
        Id = OperationId,
        Kind = OperationKinds.ProgramLoad,
        State = state,
        RequestedAt = Now.AddSeconds(-1),
        RequestedBy = Loader,
        Reason = "ticket 7",
        Executor = "libbpf",
        Target = "sample_pass of /home/alice/x.o",
        Program = ProgramKey(1203),
        ProgramId = new(1203),
        Pin = new("/sys/fs/bpf/sample_pass"),
        Verification = "program 1203 is loaded and pinned at /sys/fs/bpf/sample_pass",
        Warnings = ["the object has no BTF"],
        FirstPosition = 50,
        LastPosition = 53,
    };

    internal static OperationView Rejected(string log) => Operation(OperationStates.Failed) with
    {
        Target = "sample_refused of /home/alice/bad.o",
        Program = null,
        ProgramId = null,
        Pin = null,
        Verification = null,
        Warnings = [],
        Error = new()
        {
            Code = ErrorCode.VerifierRejected,
            Message = "cannot load 'sample_refused': the verifier rejected it",
            Errno = 13,
            ErrnoName = "EACCES",
            Function = "bpf(BPF_PROG_LOAD)",
            VerifierLog = new() { Text = log, FullLength = 4213, Sha256 = new string('a', 64) },
        },
    };

    internal static Coverage Coverage(bool complete = true)
    {
        var part = new PartCoverage { Complete = true, Method = "iterator" };
        return new()
        {
            Programs = part,
            Links = part,
            Maps = part,
            Namespaces = part,
            Attachments = part,
            Pins = complete ? part : part with { Complete = false, Gaps = [new() { What = "walk /mnt/bpf", Why = "permission denied", Errno = 13 }] },
            Holders = part,
        };
    }

    internal static HostView HostView => new()
    {
        Host = Host,
        Boot = Boot,
        KernelRelease = "6.18.0",
        At = Now.AddMinutes(-5),
        Position = 45,
        Coverage = Coverage(complete: false),
        Programs = [Program(), Retained()],
        Links = [Link()],
        Attachments = [Attachment],
        Maps = [],
    };

    internal static StatusView Status => new()
    {
        Version = "0.1.0",
        Pid = 321,
        Host = Host,
        StartedAt = Now.AddDays(-4),
        Position = 45,
        ServerPosition = 9,
        LastLookAt = Now.AddSeconds(-3),
        LastLookMilliseconds = 12.34,
        OpenFindings = 2,
        Plugins = new Dictionary<string, string> { ["libbpf"] = "active", ["bpftool"] = "faulted" },
        Sinks = new Dictionary<string, SinkStatus>
        {
            ["json-lines"] = new()
            {
                Target = "/var/log/xdpaudit/events.jsonl", Journals = new Dictionary<string, SinkPosition> { ["host"] = new(45, 0), ["server"] = new(9, 0) }, Delivered = 54,
            },
            ["webhook"] = new()
            {
                Target = "https://siem.example", Journals = new Dictionary<string, SinkPosition> { ["host"] = new(40, 5), ["server"] = new(9, 0) },
                Trouble = "cannot deliver to https://siem.example: it answered 503; it comes again", TroubleSince = Now.AddMinutes(-10), NextTryAt = Now.AddSeconds(30),
                DeadLetters = 2, DeadLetterFile = "/var/lib/xdpaudit/agent/sinks/webhook/dead-letters.jsonl", LastRefused = "https://siem.example answered 422",
            },
        },
        Role = "operate",
    };

    internal static DoctorView Doctor(bool ok) => new(
        ok,
        [
            new("kernel", "ok", "6.18.0 with BTF", null),
            new("bpffs", ok ? "ok" : "failed", ok ? "/sys/fs/bpf" : "not mounted", ok ? null : "sudo mount -t bpf bpf /sys/fs/bpf"),
            new("recorder", "note", "no tracing: loads are seen by looking only", "grant CAP_PERFMON"),
        ]);
}
