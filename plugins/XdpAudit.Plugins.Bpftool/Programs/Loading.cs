using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>The two ways in which bpftool is made to load one program of an object to one pin.</summary>
internal sealed class Loading(Tool bpftool, LoadRequest request, PinPath pin, string path, string copy, ElfObject elf, int maxLogBytes)
{
    private const int KernelNameLength = 15;

    /// <summary><c>bpftool prog load</c>: for the first program of the object.</summary>
    internal async Task<(ProgramFacts Facts, IReadOnlyList<string> Warnings)> FirstAsync(CancellationToken cancellation)
    {
        var answer = await bpftool.RunAsync(["-j", "-n", "--", "prog", "load", copy, path], cancellation).ConfigureAwait(false);
        var there = Pinned(pin);
        if (there is null && answer.SaysDone)
        {
            TakeBackAnother();
        }

        var facts = Settled(answer, there, cancellation);
        return (facts, [.. BpftoolExecutor.Doubts(answer), .. Others()]);
    }

    /// <summary><c>bpftool prog loadall</c> to a directory of this operation, then <c>bpftool prog pin</c>. The directory is removed again.</summary>
    internal async Task<(ProgramFacts Facts, IReadOnlyList<string> Warnings)> StagedAsync(OperationId operation, CancellationToken cancellation)
    {
        var staging = new PinPath($"{pin.Value[..pin.Value.LastIndexOf('/')]}/xdpaudit_loading_{operation.Value}");
        KernelPins.Check(staging);
        if (elf.Programs.FirstOrDefault(p => p is "" or "." or ".." || p.Contains('/', StringComparison.Ordinal)) is { } unfit)
        {
            throw BpftoolWords.NoFileName(request.ObjectPath, unfit);
        }

        try
        {
            var loaded = await bpftool.RunAsync(["-j", "-n", "--", "prog", "loadall", copy, BpftoolWords.Argument(staging)], cancellation).ConfigureAwait(false);
            var staged = Settled(loaded, Staged(staging), cancellation);
            using var held = KernelPrograms.Open(new(staged.Id, staged.LoadedNs));
            var pinned = await bpftool.RunAsync(["-j", "-n", "--", "prog", "pin", "id", staged.Id.Value.ToString(CultureInfo.InvariantCulture), path], cancellation).ConfigureAwait(false);
            var facts = Settled(pinned, Pinned(pin) is { } there && there.Id == staged.Id ? there : null, cancellation);
            return (facts, [.. BpftoolExecutor.Doubts(loaded), .. BpftoolExecutor.Doubts(pinned), .. Others()]);
        }
        finally
        {
            KernelPins.RemoveDirectory(staging);
        }
    }

    // What is at the path is the program only when it has its name: bpftool may have pinned another, or somebody else something.
    private ProgramFacts? Pinned(PinPath at) => Program(at) is { } facts && facts.Name == KernelName(request.Program) ? facts : null;

    // Named after the function; by bpftool before 5.16 after the section.
    private ProgramFacts? Staged(PinPath staging) =>
        Pinned(new($"{staging}/{request.Program}")) ?? (KernelPins.Inside(staging).Select(Pinned).OfType<ProgramFacts>().ToList() is [var only] ? only : null);

    // The path was free, and bpftool says that what is there now is its own.
    private void TakeBackAnother()
    {
        if (Program(pin) is { } facts && elf.Programs.Any(p => KernelName(p) == facts.Name))
        {
            KernelPins.Remove(pin, new(ObjectKind.Program, facts.Id.Value));
        }
    }

    private static ProgramFacts? Program(PinPath at)
    {
        if (KernelPins.Look(at) is not { Kind: ObjectKind.Program } there)
        {
            return null;
        }

        using var program = KernelPrograms.TryOpen(new(there.Id));
        return program is null ? null : KernelPrograms.Read(program);
    }

    private static string KernelName(string program) => program[..Math.Min(program.Length, KernelNameLength)];

    private ProgramFacts Settled(ToolAnswer answer, ProgramFacts? facts, CancellationToken cancellation) =>
        BpftoolExecutor.Settle(answer, facts is not null, $"load program '{request.Program}' to '{pin}'", complaint => Refused(answer, complaint), cancellation) is { } refusal
            ? throw refusal
            : facts!;

    private Refusal Refused(ToolAnswer answer, Complaint complaint) =>
        VerifierLog.Find(answer.Errors) switch
        {
            { Text: "" } log => Words.LoadFailed(log.Program, log.Errno ?? Errnos.Eio, answer.Command, complaint.Said),
            { } log => BpftoolWords.VerifierRejected(request.Program, log.Program, log.Errno, answer.Command, log.Artifact(maxLogBytes)),
            null when KernelPins.Look(pin) is { } there => Words.PinTaken(pin, there.ToString()),
            null => BpftoolWords.Failed(answer, $"load program '{request.Program}' of '{request.ObjectPath}' to '{pin}'", complaint),
        };

    private IEnumerable<string> Others() =>
        elf.Programs.Count > 1 ? [BpftoolWords.OthersLoaded(request.Program, [.. elf.Programs.Where(p => p != request.Program)])] : [];
}
