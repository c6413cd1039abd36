using XdpAudit.Abstractions;
using static XdpAudit.Plugins.Errnos;

namespace XdpAudit.Plugins;

/// <summary>A program in force at an interface, for messages: <c>By</c> is <c>link 17</c> or <c>netlink</c>.</summary>
internal sealed record InForce(XdpMode Mode, KernelProgramId Program, string Name, string By)
{
    public override string ToString() => $"program {Program} ('{Name}') is attached {Mode.Text()} by {By}";
}

/// <summary>What an executor's user reads. Each message: what was tried, on what, why it failed, the next step; lower case, no full stop.</summary>
internal static class Words
{
    internal static Refusal ObjectUnreadable(string path, int errno, string function) =>
        Rejected(ErrorCode.ObjectInvalid, $"cannot read object file '{path}': {Name(errno)}; check the path and that the executor may read it", errno, function);

    internal static Refusal ObjectNotAFile(string path, long limit) =>
        Rejected(ErrorCode.ObjectInvalid, $"cannot load '{path}': it is not a regular file of 1 to {limit} bytes");

    internal static Refusal ObjectChanged(string path, string asked, string found) =>
        Rejected(ErrorCode.ObjectChanged, $"will not load '{path}': its SHA-256 is {found} and {asked} was asked for; ask again with the digest of the file you mean");

    internal static Refusal ObjectInvalid(string path, string why, int errno, string function) =>
        Rejected(ErrorCode.ObjectInvalid, $"cannot read '{path}' as a BPF object: {Name(errno)}: {Said(why)}; compile it with clang -target bpf", errno, function);

    internal static Refusal ProgramNotInObject(string path, string program, IReadOnlyCollection<string> there) =>
        Rejected(
            ErrorCode.ProgramNotInObject,
            $"object '{path}' has no program '{program}'; " + (there.Count == 0 ? "it has none" : "it has " + string.Join(", ", there.Select(n => $"'{n}'"))));

    internal static Refusal VerifierRejected(string program, int errno, string function, TextArtifact log) =>
        new(OutcomeKind.Failed, Error(ErrorCode.VerifierRejected, $"the verifier refused program '{program}': {Name(errno)}; the verifier log says where and why", errno, function) with { VerifierLog = log });

    internal static Refusal LoadFailed(string program, int errno, string function, string said) =>
        errno is Eperm
            ? new(OutcomeKind.Failed, Error(ErrorCode.Permission, $"cannot load program '{program}': EPERM: {Said(said)}; loading needs CAP_BPF and CAP_NET_ADMIN, and a kernel policy that allows this type", errno, function))
            : Kernel($"load program '{program}'", errno, function, null, said);

    internal static Refusal ProgramNotFound(ProgramRef program) =>
        Rejected(ErrorCode.NotFound, $"no program {program.Id} is loaded; list the programs and ask again", Enoent, "bpf(BPF_PROG_GET_FD_BY_ID)");

    internal static Refusal ProgramIsAnother(ProgramRef program, ulong found) =>
        Rejected(ErrorCode.NotFound, $"program {program.Id} was loaded {found} ns after boot and the one asked for {program.LoadedNs} ns after: its number was given again");

    internal static Refusal LinkNotFound(KernelLinkId link) =>
        Rejected(ErrorCode.NotFound, $"no link {link} exists; list the links and ask again", Enoent, "bpf(BPF_LINK_GET_FD_BY_ID)");

    internal static Refusal LinkNotXdp(KernelLinkId link) =>
        Rejected(ErrorCode.Unsupported, $"link {link} is not an XDP link; this executor acts on XDP links only");

    internal static Refusal LinkDefunct(KernelLinkId link, int? errno) =>
        Rejected(ErrorCode.Defunct, $"link {link} is defunct: its interface is gone or it was detached; attach anew and let go of this one", errno, "bpf(BPF_LINK_UPDATE)");

    internal static Refusal LinkHoldsAnother(KernelLinkId link, KernelProgramId expected, KernelProgramId found, int errno) =>
        Rejected(ErrorCode.Unexpected, $"link {link} holds program {found} and {expected} was expected; look again before replacing it", errno, "bpf(BPF_LINK_UPDATE)");

    internal static Refusal NamespaceNotFound(InterfaceRef at, int errno, string function) =>
        Rejected(ErrorCode.NamespaceNotFound, $"cannot enter network namespace {at.Netns} by '{at.NetnsPath}' for interface '{at.Name}': {Name(errno)}; it is gone, or reachable by another path", errno, function);

    internal static Refusal NamespaceIsAnother(InterfaceRef at, ulong found) =>
        Rejected(ErrorCode.NamespaceNotFound, $"'{at.NetnsPath ?? "the executor's own network namespace"}' leads to network namespace {found} and {at.Netns} was asked for interface '{at.Name}'; look again for a path to it");

    internal static Refusal InterfaceNotFound(InterfaceRef at, string function) =>
        Rejected(ErrorCode.InterfaceNotFound, $"no interface {at.IfIndex} ('{at.Name}') in network namespace {at.Netns}; it was deleted or moved away", Enodev, function);

    internal static Refusal InterfaceIsAnother(InterfaceRef at, string found) =>
        Rejected(ErrorCode.Unexpected, $"interface {at.IfIndex} in network namespace {at.Netns} is '{found}' and '{at.Name}' was asked for: it was renamed or its number given again; ask again with the present name");

    internal static Refusal Occupied(InterfaceRef at, XdpMode asked, IReadOnlyCollection<InForce> there, int? errno, string function, string? extAck) =>
        Rejected(ErrorCode.Busy, $"cannot attach {Asked(asked)}to interface '{at.Name}': {There(there)}; detach that first", errno, function, extAck);

    internal static Refusal ReplacesAnother(InterfaceRef at, KernelProgramId expected, IReadOnlyCollection<InForce> there, int? errno, string? function, string? extAck) =>
        Rejected(ErrorCode.Unexpected, $"interface '{at.Name}' does not have program {expected} as expected: {There(there)}; look again before replacing or removing it", errno, function, extAck);

    internal static Refusal ModeIsAnother(InterfaceRef at, XdpMode asked, IReadOnlyCollection<InForce> there) =>
        Rejected(ErrorCode.Unexpected, $"will not detach {asked.Text()} from interface '{at.Name}': {There(there)}; the kernel would remove nothing and call it success, ask for the mode it is attached in");

    internal static Refusal HeldByLink(InterfaceRef at, IReadOnlyCollection<InForce> there, int? errno, string function, string? extAck) =>
        Rejected(ErrorCode.Busy, $"cannot detach interface '{at.Name}' by netlink: {There(there)}, and only a detach of the link removes it", errno, function, extAck);

    internal static Refusal ModeUnsupported(InterfaceRef at, XdpMode asked, int errno, string function, string? extAck) =>
        new(OutcomeKind.Unsupported, Error(ErrorCode.Unsupported, $"interface '{at.Name}' cannot run a program {asked.Text()}: {Name(errno)}; try generic", errno, function) with { ExtAck = extAck });

    internal static Refusal NotInForce(InterfaceRef at, KernelProgramId program, IReadOnlyCollection<InForce> there, string function) =>
        new(OutcomeKind.Failed, Error(ErrorCode.Kernel, $"program {program} is not in force at interface '{at.Name}' although the kernel accepted it: {There(there)}; the interface changed meanwhile", null, function));

    internal static Refusal StillInForce(InterfaceRef at, IReadOnlyCollection<InForce> there, string function) =>
        new(OutcomeKind.Failed, Error(ErrorCode.Kernel, $"interface '{at.Name}' is not free although the kernel accepted the detach: {There(there)}", null, function));

    internal static Refusal DetachOfWhat() => Rejected(ErrorCode.NotFound, "a detach names a link, or the interface of a netlink attachment");

    internal static Refusal NetlinkHasNoPin() => Rejected(ErrorCode.Unsupported, "a netlink attachment cannot be pinned: it belongs to its interface; leave out the pin or attach by a link");

    internal static Refusal LinkReplacesNothing() => Rejected(ErrorCode.Unsupported, "a link cannot take the place of another attachment; attach by netlink with the expected program, or update the link that is there");

    internal static Refusal PinPathInvalid(PinPath path, string why) => Rejected(ErrorCode.Kernel, $"cannot pin at '{path}': {why}", Einval, "bpf(BPF_OBJ_PIN)");

    internal static Refusal PinNotOnBpffs(PinPath path, string on) =>
        Rejected(ErrorCode.Kernel, $"cannot pin at '{path}': '{on}' is not on a bpffs; mount one there (mount -t bpf bpf DIRECTORY) or choose a path under /sys/fs/bpf", Eperm, "statfs");

    internal static Refusal PinNameHasDot(PinPath path, string name) =>
        Rejected(ErrorCode.Kernel, $"cannot pin at '{path}': bpffs refuses names with a dot, and '{name}' has one; choose another name", Eperm, "bpf(BPF_OBJ_PIN)");

    internal static Refusal PinTaken(PinPath path, string by) =>
        Rejected(ErrorCode.Busy, $"cannot pin at '{path}': {by} is there; unpin that first or choose another path", Eexist, "bpf(BPF_OBJ_PIN)");

    internal static Refusal PinIsAnother(PinPath path, string found, string asked) =>
        Rejected(ErrorCode.Unexpected, $"will not remove '{path}': it holds {found} and {asked} was asked for");

    internal static Refusal PinNotFound(PinPath path) => Rejected(ErrorCode.NotFound, $"no pin at '{path}'; list the pins and ask again", Enoent, "bpf(BPF_OBJ_GET)");

    internal static Refusal ObjectNotFound(string kind, uint id) => Rejected(ErrorCode.NotFound, $"no {kind} {id} exists", Enoent, "bpf(BPF_*_GET_FD_BY_ID)");

    internal static Refusal KindUnknown(string kind) => Rejected(ErrorCode.Unsupported, $"'{kind}' is not a kind that can be pinned; program, link and map are");

    internal static Refusal Offload(InterfaceRef at) =>
        new(OutcomeKind.Unsupported, Error(ErrorCode.Unsupported, $"cannot attach offload to interface '{at.Name}': this executor has no '{ExecutorCapability.AttachOffload}'", null, null));

    internal static Refusal LibraryMissing(string why) =>
        new(OutcomeKind.Unsupported, Error(ErrorCode.Unsupported, $"cannot load programs: {why}; install libbpf 1.0 or later (package libbpf1)", null, null));

    /// <summary>A kernel call failed for a reason none of the others names.</summary>
    internal static Refusal Kernel(string doing, int errno, string function, string? extAck = null, string? said = null) =>
        new(
            OutcomeKind.Failed,
            Error(
                errno is Eperm or Eacces ? ErrorCode.Permission : ErrorCode.Kernel,
                $"cannot {doing}: {Name(errno)}" + ((extAck ?? said) is { Length: > 0 } more ? $": {Said(more)}" : "") + Hint(errno),
                errno,
                function) with { ExtAck = extAck });

    internal static string MapPinned(string map, string path) => $"map '{map}' is pinned at '{path}', as the object asks; unloading the program does not remove that pin";

    internal static string PinAlreadyGone(PinPath path) => $"pin '{path}' was already gone";

    internal static string ModeUnread(KernelLinkId link) => $"link {link} was not attached by this life of the executor and the kernel does not tell a link's mode, so the mode is not known";

    internal static string StillHeld(KernelProgramId program) => $"program {program} is still loaded: something else holds it; find its holders before unloading again";

    private static string Hint(int errno) => errno is Eperm or Eacces ? "; it needs CAP_SYS_ADMIN and CAP_NET_ADMIN" : "";

    private static string Said(string text) => string.IsNullOrWhiteSpace(text) ? "no reason given" : text.Trim().ReplaceLineEndings("; ");

    private static string Asked(XdpMode mode) => mode == XdpMode.Unknown ? "" : mode.Text() + " ";

    private static string There(IReadOnlyCollection<InForce> there) => there.Count == 0 ? "nothing is attached now" : string.Join(", ", there);

    private static Refusal Rejected(string code, string message, int? errno = null, string? function = null, string? extAck = null) =>
        new(OutcomeKind.Rejected, Error(code, message, errno, function) with { ExtAck = extAck });

    private static ExecutorError Error(string code, string message, int? errno, string? function) => new()
    {
        Code = code,
        Message = message,
        Errno = errno,
        ErrnoName = errno is { } number ? Name(number) : null,
        Function = function,
    };
}
