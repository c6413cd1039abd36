using XdpAudit.Abstractions;

namespace Company.Plugin;

/// <summary>What an operator reads: what was tried, on what, why it failed, and what to do next; lower case, one line, no full stop.</summary>
internal static class Errors
{
    internal const int Ebusy = 16;
    internal const int Eexist = 17;
    internal const int Eopnotsupp = 95;
    internal const string SetLink = "rtnetlink(RTM_SETLINK)";
    private const int Eperm = 1;

    internal static readonly ExecutorError DetachOfWhat = Of(ErrorCode.NotFound, "a detach names a link, or the interface of a netlink attachment");

    internal static readonly ExecutorError NetlinkHasNoPin = Of(ErrorCode.Unsupported, "a netlink attachment cannot be pinned: it belongs to its interface; leave out the pin");

    internal static ExecutorError NoObject(string path, int errno) => Of(ErrorCode.ObjectInvalid, $"cannot read object file '{path}': {Name(errno)}; check the path, and compile it with clang -target bpf", errno);

    internal static ExecutorError AnotherObject(LoadRequest asked, string found) =>
        Of(ErrorCode.ObjectChanged, $"will not load '{asked.ObjectPath}': its SHA-256 is {found} and {asked.ObjectSha256} was asked for; ask again with the digest of the file you mean");

    internal static ExecutorError NotInObject(LoadRequest asked, IReadOnlyList<string> there) =>
        Of(ErrorCode.ProgramNotInObject, $"object '{asked.ObjectPath}' has no program '{asked.Program}'; it has {string.Join(", ", there.Select(name => $"'{name}'"))}");

    internal static ExecutorError Verifier(string program, int errno, TextArtifact log) =>
        Of(ErrorCode.VerifierRejected, $"the verifier refused program '{program}': {Name(errno)}; its log says where and why", errno) with { VerifierLog = log };

    internal static ExecutorError Pin(PinPath path, int errno, (string Kind, uint Id)? there) => errno switch
    {
        Eexist => Of(ErrorCode.Busy, $"cannot pin at '{path}': {(there is { } held ? $"{held.Kind} {held.Id}" : "a directory")} is there; choose another path", errno),
        Eperm when path.Value.Contains('.', StringComparison.Ordinal) => Of(ErrorCode.Kernel, $"cannot pin at '{path}': a bpffs refuses names with a dot; choose another name", errno),
        _ => Of(ErrorCode.Kernel, $"cannot pin at '{path}': {Name(errno)}; choose a path on a bpffs, as under /sys/fs/bpf", errno),
    };

    internal static ExecutorError PinOfAnother(PinPath path, (string Kind, uint Id) found, KernelProgramId asked) =>
        Of(ErrorCode.Unexpected, $"will not remove '{path}': it holds {found.Kind} {found.Id} and program {asked} was asked for");

    internal static ExecutorError NoProgram(ProgramRef program) => Of(ErrorCode.NotFound, $"no program {program.Id} of that load time is there; list the programs and ask again");

    internal static ExecutorError NoNamespace(InterfaceRef at) => Of(ErrorCode.NamespaceNotFound, $"no network namespace {at.Netns} at '{at.NetnsPath}' for interface '{at.Name}'; it is gone");

    internal static ExecutorError AnotherNamespace(InterfaceRef at, NetnsCookie found) =>
        Of(ErrorCode.NamespaceNotFound, $"'{at.NetnsPath}' leads to network namespace {found} and {at.Netns} was asked for; look again for a path to it");

    internal static ExecutorError NoInterface(InterfaceRef at) => Of(ErrorCode.InterfaceNotFound, $"no interface {at.IfIndex} ('{at.Name}') in network namespace {at.Netns}; it is gone", 19);

    internal static ExecutorError AnotherName(InterfaceRef at, string found) => Of(ErrorCode.Unexpected, $"interface {at.IfIndex} is '{found}' and '{at.Name}' was asked for; ask again with the present name");

    internal static ExecutorError Occupied(InterfaceRef at, IEnumerable<InForce> there, int errno, string? said) =>
        Of(ErrorCode.Busy, $"interface '{at.Name}' is taken: {string.Join(", ", there)}; detach that first", errno, SetLink) with { ExtAck = said };

    internal static ExecutorError AnotherInForce(InterfaceRef at, IEnumerable<InForce> there) =>
        Of(ErrorCode.Unexpected, $"will not detach what is at '{at.Name}': {string.Join(", ", there)}; ask again for what is there");

    internal static ExecutorError NoSuchMode(InterfaceRef at, XdpMode asked, int errno, string? said) =>
        Of(ErrorCode.Unsupported, $"interface '{at.Name}' cannot run a program {asked.Text()}: {Name(errno)}; try generic", errno, SetLink) with { ExtAck = said };

    internal static ExecutorError NotInForce(ProgramRef program, InterfaceRef at) =>
        Of(ErrorCode.Kernel, $"program {program.Id} is not in force at '{at.Name}' although the kernel took it; the interface changed meanwhile");

    internal static ExecutorError Kernel(string doing, int errno, string function, string? said = null) =>
        Of(errno == Eperm ? ErrorCode.Permission : ErrorCode.Kernel, $"cannot {doing}: {Name(errno)}", errno, function) with { ExtAck = said };

    private static ExecutorError Of(string code, string message, int? errno = null, string? function = null) =>
        new() { Code = code, Message = message, Errno = errno, ErrnoName = errno is { } number ? Name(number) : null, Function = function };

    private static string Name(int errno) => errno switch
    {
        Eperm => "EPERM", 2 => "ENOENT", 13 => "EACCES", Ebusy => "EBUSY", Eexist => "EEXIST", 19 => "ENODEV", 22 => "EINVAL", 38 => "ENOSYS", Eopnotsupp => "EOPNOTSUPP",
        _ => $"errno {errno}",
    };
}
