namespace XdpAudit.Store.Tests;

/// <summary>One of every event, every member set, the same for ever.</summary>
internal static class Examples
{
    private static readonly ProgramFacts Program = A.Facts(5) with
    {
        Tag = ProgramTag.From("a1b2c3d4e5f60718"), Uid = 1000, MemlockBytes = 8192, Extends = new(3), DeviceBound = true,
    };

    private static readonly LinkFacts Link = new()
    {
        Key = A.Link(9), Program = A.Program(5), ProgramName = "p5", AttachPoint = A.Place(2), IfName = "va", Mode = XdpMode.Native, Defunct = true, Target = new(3),
    };

    private static readonly MapKey Map = new(A.Host, A.Boot, new(7), "prog_array");

    private static readonly OperationId Operation = new("0190f2a4b6c87d1e9f00112233445566");

    private static readonly OperationResult Result = new()
    {
        Program = A.Program(5), LinkId = new(9), Mode = XdpMode.Generic, Pin = new("/sys/fs/bpf/p5"), Persistence = "pinned", Gone = false, Warnings = ["native mode is not supported"],
    };

    private static readonly ExecutorError Error = new()
    {
        Code = ErrorCode.VerifierRejected, Message = "cannot load 'p5': refused", Errno = 13, ErrnoName = "EACCES", Function = "bpf(BPF_PROG_LOAD)",
        VerifierLog = new() { Text = "0: (b7)\nR0 !read_ok", FullLength = 19, Sha256 = "ab", Truncated = true }, ExtAck = "no",
    };

    private static readonly HolderView[] Holders =
    [
        new HolderView.Descriptor { Process = A.Process(17), Fd = 4, Thread = 18, Auditor = true, Since = A.Moment },
        new HolderView.Pin { Path = new("/sys/fs/bpf/p5"), ReachedBy = "/proc/17/root/sys/fs/bpf/p5", Hidden = true },
        new HolderView.Link { Key = A.Link(9), Id = new(9), Defunct = true },
        new HolderView.Netlink { AttachPoint = A.Place(2), IfName = "va", Mode = XdpMode.Generic },
        new HolderView.MapElement { MapId = new(7), MapType = "prog_array", Index = 2 },
        new HolderView.Program { Key = A.Program(6), Id = new(6) },
        new HolderView.Unexplained { Why = "not all processes could be read" },
    ];

    private static readonly LeakCandidate Candidate = new()
    {
        Rule = LeakRule.ProgramRetained, Severity = "warning", Subject = new("program", A.Subject(5), 5, "p\u001b[31m<b>5"), Since = A.Moment, Summary = "retained",
        Cost = new(4096, 1), Holders = Holders, Evidence = [3, 4], Remedy = [new("remove the pin", "rm '/sys/fs/bpf/p5'", "us")],
        Doubt = "none", Needs = ["programs"],
    };

    private static readonly PartCoverage Whole = new() { Complete = true, Method = "iterator" };

    private static readonly Coverage Coverage = new()
    {
        Programs = Whole, Links = Whole, Maps = Whole, Namespaces = Whole, Attachments = Whole, Pins = Whole,
        Holders = new() { Complete = false, Method = "fdinfo", Gaps = [new() { What = "open /proc/17/fd", Why = "EACCES", Errno = 13 }] },
    };

    private static readonly SensorTier[] Tiers =
    [
        new(SensorTiers.Perf, SensorStates.Live, "", [new("PERF_RECORD_BPF_EVENT", SensorStates.Live, "")]),
        new(SensorTiers.Function, SensorStates.Refused, "EPERM", [new("fexit/dev_xdp_install", SensorStates.Refused, "EPERM")]),
    ];

    private static readonly DateTimeOffset Expiry = A.Moment.AddDays(7);

    internal static IReadOnlyDictionary<string, JournalEvent> All { get; } = new JournalEvent[]
    {
        new BootBegan(A.Host, A.Boot, A.Moment, "6.18.5"),
        new BootEnded(A.Host, A.Boot, "boot 2 was found"),
        new AgentStarted(A.Host, "0.1.0", 4711, "grace=10s"),
        new AgentStopped(A.Host, "asked"),
        new GapOpened(A.Host, "the auditor stopped"),
        new GapClosed(A.Host, A.Moment, "0190", 3),
        new ObservationCompleted(A.Host, "0190", A.Moment, Coverage, new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
        new ProgramLoaded(Program),
        new ProgramFound(Program),
        new ProgramMapsChanged(A.Program(5), [new(1), new(2)]),
        new ProgramPinned(A.Program(5), A.Pin("/sys/fs/bpf/p5")),
        new ProgramUnpinned(A.Program(5), A.Pin("/sys/fs/bpf/p5")),
        new ProgramUnloaded(A.Program(5), "p5", EndReason.LastReference, "process 17 (loader) by fd"),
        new HolderAppeared(A.Subject(5), new HolderFacts.ByDescriptor(A.Process(17), 4, 18)),
        new HolderGone(A.Subject(5), new HolderFacts.ByMapElement(new(7), "prog_array", 2), "closed it"),
        new LinkCreated(Link),
        new LinkFound(Link),
        new LinkProgramReplaced(A.Link(9), A.Program(5), A.Program(6), "p6"),
        new LinkDetached(A.Link(9), A.Program(5), A.Place(2), "va", EndReason.NetnsGone),
        new LinkPinned(A.Link(9), A.Pin("/sys/fs/bpf/l9")),
        new LinkUnpinned(A.Link(9), A.Pin("/sys/fs/bpf/l9")),
        new LinkReleased(A.Link(9), A.Program(5), EndReason.LastReference, "a pin"),
        new MapFound(new(Map, "prog_array", "jumps", 4, 4, 8, 4096), [new(5)]),
        new MapUsersChanged(Map, [new(5), new(6)]),
        new MapPinned(Map, A.Pin("/sys/fs/bpf/m7")),
        new MapUnpinned(Map, A.Pin("/sys/fs/bpf/m7")),
        new MapGone(Map, "jumps", EndReason.LastReference),
        new AttachmentEstablished(A.Place(2), A.Interface, XdpMode.Native, A.Program(5), "p5", A.Link(9)),
        new AttachmentReplaced(A.Place(2), A.Interface, XdpMode.Generic, A.Program(5), new("p5", ProgramTag.From("a1b2c3d4e5f60718"), 0, Operation), A.Program(6), "p6", A.Link(9)),
        new AttachmentRemoved(A.Place(2), "va", XdpMode.Offload, A.Program(5), A.Link(9), EndReason.Asked),
        new InterfaceRenamed(A.Place(2), "va", "vc", [A.Subject(5)]),
        new InterfaceMoved(A.Place(2), A.Place(3), A.Interface, [new(XdpMode.Native, A.Program(5), "p5", A.Link(9))]),
        new InterfaceRemoved(A.Place(2), "va", EndReason.InterfaceGone),
        new OperationRequested(Operation, FullPlan(), A.Process(17), "a test"),
        new OperationSucceeded(Operation, Result),
        new OperationAlreadyApplied(Operation, Result),
        new OperationRejected(Operation, Error),
        new OperationFailed(Operation, Error),
        new OperationIndeterminate(Operation, "the executor did not answer"),
        new OperationVerified(Operation, "0190", "it is in force"),
        new OperationContradicted(Operation, "0190", "it is not in force"),
        new OperationSettled(Operation, "0190", true, "it was applied"),
        new FindingSuspected(new("f1"), "leak-rules", Candidate),
        new FindingOpened(new("f1"), Candidate),
        new FindingRevised(new("f1"), Candidate),
        new FindingAcknowledged(new("f1"), TriageReasons.PendingFix, "known", Expiry),
        new FindingSuppressed(new("f1"), TriageReasons.RiskAccepted, "wanted", Expiry),
        new FindingResolved(new("f1"), "gone"),
        new FindingRegressed(new("f1"), Candidate, "the word on it expired"),
        new PluginLoaded("leak-rules", "0.1.0", "abcd", ["detector"]),
        new PluginRefused("evil", "digest", "its digest is another"),
        new PluginFaulted("leak-rules", "detect", "threw"),
        new LinkProgramIdentified(A.Link(9), A.Program(5), "p5"),
        new SensorStarted(A.Host, "flight-recorder", Tiers, ["links that go with their interface"], 4711),
        new SensorStopped(A.Host, "flight-recorder", "it was told to end", 4712),
        new SensorDegraded(A.Host, "flight-recorder", Tiers, [], "tracing close was live and is silent"),
        new EnumerationDisagreed(A.Host, "programs", [5], [6, 7]),
        new ProgramLoadFailed(A.Host, 13, "xdp", "p5"),
        new ProgramLoaderIdentified(A.Program(5)),
        new PluginApproved(
            "acme", "1.0.0", "abcd", "alice", new DateTimeOffset(2026, 3, 1, 3, 12, 0, TimeSpan.Zero), "CHG-1", "/etc/xdpaudit/plugins.allow.json", "/opt/acme", "process", ["libc"]),
        new PluginRestarted("acme", "0123456789ab", 4242, 2),
        new PluginQuarantined("acme", 5, "5 faults within 10 min"),
    }.Select(Common).ToDictionary(EventNames.Of);

    private static JournalEvent Common(JournalEvent fact, int index) => fact with
    {
        Occurred = (index % 2) == 0 ? Occurrence.Exactly(A.Moment) : Occurrence.Between(A.Moment, A.Moment.AddSeconds(2.5)),
        KnownBy = new() { How = Knowledge.Witnessed, Source = "sensor:notices" },
        Actor = (index % 3) switch
        {
            0 => new Actor.Process(A.Process(17) with { LoginUid = 1000, Netns = new(4026531840) }),
            1 => new Actor.Kernel("the interface went"),
            _ => new Actor.Unknown("no sensor ran"),
        },
        Operation = Operation,
    };

    private static OperationPlan FullPlan() => A.Plan with
    {
        ObjectPath = "/opt/x.o", ObjectSha256 = "ab", ProgramName = "p5", Link = A.Link(9), ByNetlink = true, ExpectedOld = new(4), Pin = new("/sys/fs/bpf/p5"), Pins = [new("/sys/fs/bpf/p5")],
    };
}
