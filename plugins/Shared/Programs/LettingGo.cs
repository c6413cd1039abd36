using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>
/// Unloading, which no call of the kernel does: pins are removed, descriptors closed, and the program goes when nothing else holds it.
/// All pins are looked at before the first is removed: one of another object refuses the whole call. A removal that fails later leaves the earlier
/// pins removed. That others still hold the program is an answer, not an error.
/// </summary>
/// <param name="wait">How long to wait for the program to go; it is freed after a grace period of the kernel, up to about a second was seen.</param>
internal sealed class LettingGo(TimeProvider time, TimeSpan wait)
{
    internal static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <param name="close">Closes what the executor itself holds of the program.</param>
    internal async Task<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, Action close, CancellationToken cancellation)
    {
        var id = request.Program.Id;
        if (!KernelPrograms.Is(request.Program))
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

        close();
        var gone = await WaitUntilGoneAsync(id).ConfigureAwait(false);
        return Outcome.Succeeded(new UnloadResult(gone)) with { Warnings = gone ? warnings : [.. warnings, Words.StillHeld(id)] };
    }

    /// <summary>False when it is still listed after the wait, or a link is seen to hold it.</summary>
    internal async Task<bool> WaitUntilGoneAsync(KernelProgramId id)
    {
        // A link that names it holds it for certain: waiting would change nothing.
        if (KernelLinks.All().Any(l => l.Program == id))
        {
            return false;
        }

        var started = time.GetTimestamp();
        while (KernelPrograms.IsListed(id))
        {
            if (time.GetElapsedTime(started) >= wait)
            {
                return false;
            }

            await Task.Delay(Poll, time, CancellationToken.None).ConfigureAwait(false); // the kernel tells no caller when a program is freed
        }

        return true;
    }

    private static bool IsPinOf(PinPath path, KernelObject program) =>
        KernelPins.Find(path) is { } found && (found == program ? true : throw Words.PinIsAnother(path, found.ToString(), program.ToString()));
}
