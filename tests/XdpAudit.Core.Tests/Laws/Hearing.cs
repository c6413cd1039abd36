namespace XdpAudit.Core.Tests;

/// <summary>What of the notices that tiers give reaches the auditor, and when. A number decides which are lost, come twice, or come one look late.</summary>
internal sealed class Hearing(int? salt = null)
{
    private readonly List<KernelNotice> _late = [];
    private int _given;

    /// <summary>What reached it since the last look.</summary>
    internal List<Heard> Take(ModelTiers tiers)
    {
        List<KernelNotice> reached = [.. _late];
        _late.Clear();
        foreach (var notice in tiers.Notices)
        {
            var fate = salt is not { } s ? 15 : HasTier(notice.Tier, s) ? Mixed(_given++, s) % 16 : 0;
            if (fate >= 5)
            {
                reached.Add(notice);
            }

            if (fate is 4 or 5)
            {
                _late.Add(notice);
            }

            if (fate == 6)
            {
                reached.Add(notice);
            }
        }

        tiers.Notices.Clear();
        return [.. reached.Select(n => new Heard("recorder", n))];
    }

    /// <summary>The host boots again.</summary>
    internal void Forget() => _late.Clear();

    // One sensor in four has one tier only.
    private static bool HasTier(string tier, int salt) => (salt % 8) switch
    {
        0 => tier == SensorTiers.Perf,
        1 => tier == SensorTiers.Tracing,
        _ => true,
    };

    private static uint Mixed(int given, int salt)
    {
        var x = ((uint)given * 2654435761U) ^ ((uint)salt * 2246822519U);
        x ^= x >> 15;
        x *= 2246822519U;
        return x ^ (x >> 13);
    }
}
