namespace XdpAudit.Cli;

/// <summary>Durations as people type them: <c>30s</c>, <c>1h30m</c>, <c>7d</c>.</summary>
internal static class Duration
{
    /// <summary>One or more whole numbers, each with a unit (ms, s, m, h, d, w), added up; longer than nothing and at most ten years.</summary>
    internal static bool TryParse(string text, out TimeSpan span)
    {
        span = TimeSpan.Zero;
        var ticks = 0L;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 12)
            {
                return false;
            }

            var letters = rest[digits..].IndexOfAnyInRange('0', '9');
            var unit = letters < 0 ? rest[digits..] : rest.Slice(digits, letters);
            var number = 0L;
            foreach (var digit in rest[..digits])
            {
                number = (number * 10) + (digit - '0');
            }

            var one = unit switch
            {
                "ms" => TimeSpan.TicksPerMillisecond,
                "s" => TimeSpan.TicksPerSecond,
                "m" => TimeSpan.TicksPerMinute,
                "h" => TimeSpan.TicksPerHour,
                "d" => TimeSpan.TicksPerDay,
                "w" => 7 * TimeSpan.TicksPerDay,
                _ => 0,
            };
            if (one == 0 || number > Longest / one)
            {
                return false;
            }

            ticks += number * one;
            if (ticks > Longest)
            {
                return false;
            }

            rest = rest[(digits + unit.Length)..];
        }

        span = TimeSpan.FromTicks(ticks);
        return ticks > 0;
    }

    private const long Longest = 3660 * TimeSpan.TicksPerDay;
}
