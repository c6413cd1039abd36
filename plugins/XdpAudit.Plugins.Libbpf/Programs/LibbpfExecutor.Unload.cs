using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libbpf;

public sealed partial class LibbpfExecutor
{
    private static readonly TimeSpan UnloadPoll = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc/>
    /// <remarks>
    /// All pins are looked at before the first is removed: one of another object refuses the whole call. A removal that fails later leaves the earlier
    /// pins removed. That others still hold the program is an answer, not an error.
    /// </remarks>
    public ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync("unload", context, () => UnloadAsync(request, cancellation), cancellation);

    private async Task<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, CancellationToken cancellation)
    {
        var id = request.Program.Id;
        if (!IsThis(request.Program))
        {
            return Outcome.AlreadyApplied(new UnloadResult(true));
        }

        var itself = new KernelObject(ObjectKind.Program, id.Value);
        var there = request.Pins.Where(p => IsPinOf(p, itself)).ToList();
        cancellation.ThrowIfCancellationRequested();
        var warnings = request.Pins.Except(there).Select(Words.PinAlreadyGone).ToList();
        foreach (var pin in there)
        {
            KernelPins.Remove(pin, itself);
        }

        if (_programs.TryRemove(id, out var held))
        {
            held.Dispose();
        }

        var gone = await WaitUntilGoneAsync(id).ConfigureAwait(false);
        return Outcome.Succeeded(new UnloadResult(gone)) with { Warnings = gone ? warnings : [.. warnings, Words.StillHeld(id)] };
    }

    private static bool IsThis(ProgramRef program)
    {
        using var there = KernelPrograms.TryOpen(program.Id);
        return there is not null && KernelPrograms.Read(there).LoadedNs == program.LoadedNs;
    }

    private static bool IsPinOf(PinPath path, KernelObject program) =>
        KernelPins.Find(path) is { } found && (found == program ? true : throw Words.PinIsAnother(path, found.ToString(), program.ToString()));

    private async Task<bool> WaitUntilGoneAsync(KernelProgramId id)
    {
        // A link that names it holds it for certain: waiting would change nothing.
        if (KernelLinks.All().Any(l => l.Program == id))
        {
            return false;
        }

        var started = _time.GetTimestamp();
        while (KernelPrograms.IsListed(id))
        {
            if (_time.GetElapsedTime(started) >= _unloadWait)
            {
                return false;
            }

            await Task.Delay(UnloadPoll, _time, CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    }
}
