using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>What only an executor that runs tools has to say. Each message: what was tried, on what, why it failed, the next step; lower case, no full stop.</summary>
internal static class BpftoolWords
{
    internal const string Missing = "tool.missing";
    internal const string TooOldCode = "tool.too-old";
    internal const string Untrusted = "tool.untrusted";
    internal const string FalseSuccessCode = "tool.false-success";
    internal const string FalseFailureCode = "tool.false-failure";
    internal const string EndedCode = "tool.ended";
    internal const string LingersCode = "tool.lingers";
    internal const string FailedCode = "tool.failed";

    internal static Refusal CannotStart(Tool tool, int errno) =>
        Unsupported(Missing, $"cannot run '{tool.Path}': {Errnos.Name(errno)}; install {tool.Name} or set '{tool.Name}' to where it is", errno);

    internal static Refusal WritableByOthers(Tool tool, string file) =>
        Unsupported(Untrusted, $"will not run '{tool.Path}': '{file}' may be written by others than its owner, and it would run with all our rights; chmod go-w it");

    internal static Refusal NotTheTool(Tool tool, ToolAnswer answer) =>
        Unsupported(Missing, $"'{tool.Path}' does not answer as {tool.Name} does: asked for its version {End(answer)}{Quote(answer)}; set '{tool.Name}' to where it is");

    internal static Refusal TooOld(Tool tool, string version, Version oldest) =>
        Unsupported(TooOldCode, $"'{tool.Path}' is {tool.Name} {version}, and {oldest} is the oldest that can be used; install a later one or use another executor");

    internal static Refusal NeedsPin(string program) =>
        Unsupported(ErrorCode.Unsupported, $"cannot load program '{program}' without a pin: this executor has no '{ExecutorCapability.Ephemeral}', because bpftool ends after each act; name a pin");

    internal static Refusal NeedsNetlink(InterfaceRef at) =>
        Unsupported(ErrorCode.Unsupported, $"cannot attach to interface '{at.Name}' by a link: this executor has no '{ExecutorCapability.AttachByLink}', because bpftool makes none; attach by netlink or use another executor");

    internal static Refusal ReplacesUnseen(InterfaceRef at) =>
        Unsupported(
            ErrorCode.Unsupported,
            $"cannot replace the program of interface '{at.Name}' only if it is the expected one: this executor has no '{ExecutorCapability.AttachExpected}', because bpftool and ip overwrite whatever is there; detach it first or use another executor");

    internal static Refusal NotText(string what) =>
        Rejected(FailedCode, $"cannot name {what} to a tool: it is no UTF-8 text; use another executor");

    internal static Refusal NoFileName(string path, string program) =>
        Rejected(FailedCode, $"cannot load '{path}': bpftool would pin each of its programs under its name, and '{program}' is no file name; rename it or use another executor");

    internal static Refusal NoRoom(string path, string why) =>
        Rejected(FailedCode, $"cannot copy '{path}' to load it: {why.TrimEnd('.')}; make room in the directory for temporary files");

    internal static Refusal VerifierRejected(string asked, string refused, int? errno, string function, TextArtifact log) =>
        new(OutcomeKind.Failed, Error(
            ErrorCode.VerifierRejected,
            (asked == refused ? $"the verifier refused program '{asked}'" : $"bpftool loads all programs of an object, and the verifier refused '{refused}', which was not asked for")
                + $"{(errno is { } number ? $": {Errnos.Name(number)}" : "")}; the verifier log says where and why", errno, function) with { VerifierLog = log });

    internal static Refusal Failed(ToolAnswer answer, string asked, Complaint complaint) =>
        new(OutcomeKind.Failed, Error(
            complaint.Errno is Errnos.Eperm or Errnos.Eacces ? ErrorCode.Permission : complaint.Errno is null ? FailedCode : ErrorCode.Kernel,
            $"cannot {asked}: '{answer.Command}' {End(answer)}{(complaint.Said.Length > 0 ? $": {complaint.Said}" : " and said nothing")}{(complaint.ExtAck is { } more ? $": {more}" : "")}"
                + (complaint.Errno is Errnos.Eperm or Errnos.Eacces ? "; it needs CAP_SYS_ADMIN and CAP_NET_ADMIN" : ""),
            complaint.Errno,
            answer.Command) with { ExtAck = complaint.ExtAck });

    internal static Refusal FalseSuccess(ToolAnswer answer, string asked) =>
        new(OutcomeKind.Failed, Error(FalseSuccessCode, $"cannot {asked}: '{answer.Command}' says that it did, and the kernel shows that it is not so; look again, and check what {answer.Command.Split(' ')[0]} is on this host", null, answer.Command));

    internal static Refusal FalseFailure(ToolAnswer answer, string asked) =>
        new(OutcomeKind.Indeterminate, Error(FalseFailureCode, $"was to {asked}: '{answer.Command}' {End(answer)}{Quote(answer)}, and the kernel shows that it is so all the same: by it or by somebody else; look again", null, answer.Command));

    internal static Refusal Ended(ToolAnswer answer, string asked) =>
        new(OutcomeKind.Failed, Error(EndedCode, $"cannot {asked}: '{answer.Command}' {End(answer)}, and the kernel shows that it is not so; see what holds it up and ask again", null, answer.Command));

    internal static Refusal Lingers(ToolAnswer answer, string asked) =>
        new(OutcomeKind.Indeterminate, Error(LingersCode, $"was to {asked}: '{answer.Command}' was killed and has not ended: it may still act; look again when it is gone", null, answer.Command));

    internal static Refusal Unseen(ToolAnswer answer, string asked, string why) =>
        new(OutcomeKind.Indeterminate, Error(FailedCode, $"was to {asked}: '{answer.Command}' {End(answer)}, and what came of it cannot be seen: {why}", null, answer.Command));

    internal static Refusal Overwrote(ToolAnswer answer, InterfaceRef at, KernelProgramId program, InForce there) =>
        new(OutcomeKind.Indeterminate, Error(FalseSuccessCode, $"was to attach program {program} to interface '{at.Name}' where none is: '{answer.Command}' put it in the place of another, for {there} before; look again", null, answer.Command));

    internal static string DoneBeforeItsEnd(ToolAnswer answer) => $"'{answer.Command}' {End(answer)}, and had done by then what was asked";

    internal static string OthersLoaded(string program, IReadOnlyList<string> others) =>
        $"bpftool loads every program of an object: with '{program}' it loaded {string.Join(", ", others.Select(o => $"'{o}'"))} and let go of {(others.Count == 1 ? "it" : "them")} again";

    internal static string Unguarded(KernelProgramId program, string name) =>
        $"program {program} was attached to '{name}' right before it was detached; bpftool and ip cannot make that one step, so another may have taken its place in between";

    /// <summary>A path as a word for a tool.</summary>
    internal static string Argument(PinPath path)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(PinBytes.Of(path.Value)).TrimEnd('\0');
        }
        catch (DecoderFallbackException)
        {
            throw NotText($"'{path}'");
        }
    }

    /// <summary>An interface as a word for a tool.</summary>
    internal static string Argument(InterfaceRef at) => at.Name.Contains('\uFFFD', StringComparison.Ordinal) ? throw NotText($"interface {at.IfIndex}") : at.Name;

    private static string End(ToolAnswer answer) => answer.End switch
    {
        ToolEnd.Deadline => "was ended because it took too long",
        ToolEnd.Cancelled => "was ended because the caller gave up",
        ToolEnd.Flooded => "was ended because it said too much",
        ToolEnd.Lingers => "has not ended",
        _ => $"ended with {answer.ExitCode}",
    };

    private static string Quote(ToolAnswer answer) => answer.Complaint.Said is { Length: > 0 } said ? $": {said}" : "";

    private static Refusal Unsupported(string code, string message, int? errno = null) => new(OutcomeKind.Unsupported, Error(code, message, errno, null));

    private static Refusal Rejected(string code, string message) => new(OutcomeKind.Rejected, Error(code, message, null, null));

    private static ExecutorError Error(string code, string message, int? errno, string? function) => new()
    {
        Code = code,
        Message = message,
        Errno = errno,
        ErrnoName = errno is { } number ? Errnos.Name(number) : null,
        Function = function,
    };
}
