using XdpAudit.Abstractions;
using static XdpAudit.Plugins.Errnos;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>What only this executor has to say. Each message: what was tried, on what, why it failed, the next step; lower case, no full stop.</summary>
internal static class LibxdpWords
{
    internal const string AttachCall = "xdp_program__attach";
    internal const string DetachCall = "xdp_program__detach";
    internal const string ExtRefused = "ext.refused";
    internal const string FalseSuccessCode = "libxdp.false-success";
    internal const string FalseFailureCode = "libxdp.false-failure";
    internal const string FailedCode = "libxdp.failed";
    internal const string PinsCode = "libxdp.pins";
    internal const string ObjectCode = "libxdp.object";
    private const string Load = "bpf(BPF_PROG_LOAD)";

    internal static Refusal NotHere(string doing, string? needs, ExecutorError why) =>
        new(OutcomeKind.Unsupported, why with { Message = $"cannot {doing}: {(needs is null ? "" : $"this executor has no '{needs}' here, because ")}{why.Message}" });

    internal static Refusal CannotLoadExt(int errno, string said) => Unsupported(
        ExtRefused,
        $"this kernel does not let EXT programs be loaded ({Name(errno)} for a trivial one over a trivial XDP program{Quote(errno == Eperm ? "" : said)}), and libxdp's dispatcher runs every program as one; use the executor 'libbpf'",
        errno,
        Load);

    internal static Refusal CannotTie(string program, int errno) => Unsupported(
        ExtRefused,
        $"this kernel does not let the EXT program '{program}' be tied to its target ({Name(errno)}), and libxdp's dispatcher runs every program so; use the executor 'libbpf'",
        errno,
        Extension.TieCall);

    internal static Refusal TargetRefused(int errno, string said) =>
        errno is Eperm or Eacces
            ? Unsupported(ErrorCode.Permission, $"it cannot be tried whether EXT programs are allowed: a trivial XDP program is refused with {Name(errno)}; it needs CAP_BPF and CAP_NET_ADMIN", errno, Load)
            : Unsupported(ErrorCode.Kernel, $"it cannot be tried whether EXT programs are allowed: a trivial XDP program is refused with {Name(errno)}{Quote(said)}; use the executor 'libbpf'", errno, Load);

    internal static Refusal LibraryMissing(string why) =>
        Unsupported(ErrorCode.Unsupported, $"libxdp cannot be used: {why.TrimEnd('.').ReplaceLineEndings(" ")}; install libxdp 1.3 or later (package libxdp1) and libbpf 1.0 or later", null, null);

    internal static Refusal DispatcherMissing(string name, int errno, string said) =>
        Unsupported(ObjectCode, $"libxdp's own object '{name}' cannot be opened: {Name(errno)}{Quote(said)}; install libxdp whole, or set 'object_path' to the directory it is in", errno, "xdp_program__find_file");

    internal static Refusal AnotherIsInForce(string asked, string there) =>
        Unsupported(PinsCode, $"libxdp keeps its pins below '{there}' in this process and cannot be told another place ('{asked}') any more; start the plugin again", null, null);

    internal static Refusal NotXdp(LoadRequest request) =>
        Rejected(ErrorCode.ObjectInvalid, $"cannot load program '{request.Program}' of '{request.ObjectPath}' for a dispatcher: it is no XDP program; put it into a section \"xdp\"");

    internal static Refusal NoBtf(LoadRequest request) =>
        Rejected(ErrorCode.ObjectInvalid, $"cannot load program '{request.Program}' of '{request.ObjectPath}' for a dispatcher: the object has no BTF, which EXT programs need; compile it with clang -g");

    internal static Refusal RunConfigUnread(LoadRequest request, int errno) =>
        Rejected(ErrorCode.ObjectInvalid, $"cannot load program '{request.Program}' of '{request.ObjectPath}' for a dispatcher: libxdp cannot read what it says of its place: {Name(errno)}; see XDP_RUN_CONFIG in libxdp(3)", errno, "xdp_program__create");

    internal static Refusal ActionsNotTaken(LoadRequest request, IReadOnlyList<string> said) =>
        Unsupported(
            ErrorCode.Unsupported,
            $"cannot load program '{request.Program}' of '{request.ObjectPath}' for a dispatcher: it says that the next program runs after {(said.Count == 0 ? "none of its actions" : string.Join(", ", said))}, and libxdp lets it run after XDP_PASS and nothing else when a program is loaded before it is attached; say only the priority in XDP_RUN_CONFIG, or load it by xdp-loader",
            null,
            null);

    internal static Refusal NeedsNetlink(InterfaceRef at) =>
        Unsupported(ErrorCode.Unsupported, $"cannot attach to interface '{at.Name}' by a link: this executor has no '{ExecutorCapability.AttachByLink}', because libxdp attaches its dispatcher by netlink; attach by netlink or use the executor 'libbpf'", null, null);

    internal static Refusal PinsItself() =>
        Rejected(ErrorCode.Unsupported, "cannot choose a pin for an attachment under a dispatcher: libxdp pins where it will look again; leave out the pin");

    internal static Refusal ReplacesNothing(InterfaceRef at) =>
        Unsupported(ErrorCode.Unsupported, $"cannot replace a program of interface '{at.Name}': this executor has no '{ExecutorCapability.AttachExpected}', because libxdp adds a program to those that are there; attach this one and detach the other", null, null);

    internal static Refusal NotExt(ProgramFacts program) =>
        Rejected(ErrorCode.Unsupported, $"cannot attach program {program.Id} ('{program.Name}') under a dispatcher: it was loaded as {program.Type}, and what runs there is loaded as ext; load it by this executor, or attach it by the executor 'libbpf'");

    internal static Refusal DispatcherInMode(InterfaceRef at, XdpMode asked, Dispatcher there) =>
        Rejected(ErrorCode.Busy, $"cannot attach {asked.Text()} to interface '{at.Name}': its dispatcher, program {there.Program}, is attached {there.Mode.Text()} with {List(there)}; ask for that mode, or detach it first");

    internal static Refusal PinsElsewhere(InterfaceRef at, Dispatcher there, string bpffs) =>
        Rejected(PinsCode, $"cannot change the dispatcher of interface '{at.Name}', program {there.Program} with {List(there)}: its pins are not below '{bpffs}/xdp', and libxdp finds its programs by them alone; set 'bpffs' to where they are, or detach it by the executor 'libbpf'");

    internal static Refusal Full(InterfaceRef at, Dispatcher there) =>
        Rejected(ErrorCode.Busy, $"cannot attach to interface '{at.Name}': all {DispatcherStructs.Places} places of its dispatcher, program {there.Program}, are taken by {List(there)}; detach one of them first", 7, AttachCall);

    internal static Refusal NotADispatcher(InterfaceRef at, IReadOnlyCollection<InForce> there) =>
        Rejected(ErrorCode.Unexpected, $"will not detach interface '{at.Name}': {string.Join(", ", there)}, and that is no dispatcher of libxdp; use the executor 'libbpf'");

    internal static Refusal WhichOne(InterfaceRef at, Dispatcher there) =>
        Rejected(ErrorCode.Unexpected, $"will not detach interface '{at.Name}': its dispatcher, program {there.Program}, runs {List(there)}; expect one of them to detach it, or {there.Program} to detach all");

    internal static Refusal NotUnder(InterfaceRef at, KernelProgramId asked, Dispatcher there) =>
        Rejected(ErrorCode.Unexpected, $"interface '{at.Name}' does not have program {asked} as expected: its dispatcher, program {there.Program}, runs {List(there)}; look again before removing it");

    internal static Refusal LinkOfDispatcher(LinkFacts link, KernelProgramId target) =>
        Rejected(ErrorCode.Unsupported, $"cannot detach link {link.Id}: it ties program {link.Program} to program {target}, and libxdp makes such links anew whenever a program comes or goes; detach the interface of {target} and expect {link.Program} there");

    internal static Refusal LinkNotOurs(KernelLinkId link) =>
        Rejected(ErrorCode.Unsupported, $"cannot detach link {link}: it ties no program to a dispatcher; use the executor 'libbpf'");

    internal static Refusal Failed(string doing, int errno, string function, string said) =>
        new(OutcomeKind.Failed, Error(errno is Eperm or Eacces ? ErrorCode.Permission : FailedCode, $"cannot {doing}: {Name(errno)}{Quote(said)}; look at what is attached and ask again", errno, function));

    internal static Refusal FalseSuccess(InterfaceRef at, KernelProgramId program, IReadOnlyCollection<InForce> there) =>
        new(OutcomeKind.Failed, Error(FalseSuccessCode, $"libxdp says that it attached program {program} to interface '{at.Name}', and the kernel shows it under no dispatcher there: {(there.Count == 0 ? "nothing is attached" : string.Join(", ", there))}; look again", null, AttachCall));

    internal static Refusal FalseFailure(InterfaceRef at, KernelProgramId program, int errno, string said) =>
        new(OutcomeKind.Indeterminate, Error(FalseFailureCode, $"libxdp failed with {Name(errno)}{Quote(said)}, and the kernel shows that what was asked for program {program} at interface '{at.Name}' is so all the same; look again", errno, null));

    internal static Refusal TookMore(InterfaceRef at, Member asked, Member lost) =>
        new(OutcomeKind.Failed, Error(FalseSuccessCode, $"{asked} was detached from interface '{at.Name}', and {lost}, which was not asked about, is gone from there too; attach it again", null, DetachCall));

    internal static string Under(InterfaceRef at, Dispatcher made, Member member, (PinPath Link, PinPath Program)? pins) =>
        $"interface '{at.Name}' runs dispatcher {made.Program} with {List(made)}, in this order; program {member.Program} is in place {member.Place} with priority {member.Priority}, "
            + (pins is { } there ? $"pinned by libxdp at '{there.Program}', its link at '{there.Link}'" : "and no pin of it is found");

    internal static string Remaining(InterfaceRef at, Dispatcher after) => $"interface '{at.Name}' goes on with dispatcher {after.Program} and {List(after)}";

    internal static string PinsLeft(KernelProgramId dispatcher, PinPath directory) => $"libxdp has left pins of dispatcher {dispatcher}, which is no longer attached, at '{directory}'; xdp-loader clean removes them";

    internal static string Lost(InterfaceRef at, Member member) => $"{member} ran at interface '{at.Name}' before and does no longer";

    private static string List(Dispatcher dispatcher) => dispatcher.Members.Count == 0 ? "no program under it" : string.Join(", ", dispatcher.Members);

    private static string Quote(string said) => string.IsNullOrWhiteSpace(said) ? "" : $": {said.Trim().TrimEnd('.').ReplaceLineEndings("; ")}";

    private static Refusal Unsupported(string code, string message, int? errno, string? function) => new(OutcomeKind.Unsupported, Error(code, message, errno, function));

    private static Refusal Rejected(string code, string message, int? errno = null, string? function = null) => new(OutcomeKind.Rejected, Error(code, message, errno, function));

    private static ExecutorError Error(string code, string message, int? errno, string? function) => new()
    {
        Code = code,
        Message = message,
        Errno = errno,
        ErrnoName = errno is { } number ? Name(number) : null,
        Function = function,
    };
}
