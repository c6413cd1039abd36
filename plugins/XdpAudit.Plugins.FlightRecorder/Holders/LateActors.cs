using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// Who lately did something, as the kernel told when it happened. A tier that tells only a pid, of a process that had ended before anybody could
/// read it, lends from here the identity that another tier took. A pid is not given again as long as its process is not reaped, and not within
/// moments after.
/// </summary>
internal sealed class LateActors
{
    private const ulong Moments = BootClock.Second;
    private const ulong NsPerTick = 10_000_000;

    private readonly Dictionary<int, (ProcessIdentity Identity, ulong BootNs)> _lately = [];

    /// <summary>Gives names to those of whom only the pid is known.</summary>
    internal void Name(List<KernelNotice> heard)
    {
        var (last, nameless) = (0ul, false);
        foreach (var notice in heard)
        {
            last = Math.Max(last, notice.BootNs);
            if (notice.Actor is not Actor.Process { Identity: var identity })
            {
                continue;
            }

            nameless |= identity.StartTicks is null;
            if (identity.StartTicks is not null && (!_lately.TryGetValue(identity.Pid, out var known) || known.BootNs <= notice.BootNs))
            {
                _lately[identity.Pid] = (identity, notice.BootNs);
            }
        }

        for (var i = 0; nameless && i < heard.Count; i++)
        {
            if (heard[i] is { Actor: Actor.Process { Identity: { StartTicks: null } told } } notice
                && _lately.TryGetValue(told.Pid, out var known)
                && known.Identity.StartTicks * NsPerTick <= notice.BootNs
                && notice.BootNs <= known.BootNs + Moments)
            {
                heard[i] = notice with { Actor = new Actor.Process(known.Identity) };
            }
        }

        foreach (var old in _lately.Where(l => l.Value.BootNs + Moments < last).Select(l => l.Key).ToList())
        {
            _lately.Remove(old);
        }
    }
}
