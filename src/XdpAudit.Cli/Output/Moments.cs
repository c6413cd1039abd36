using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>How moments and spans of time are written for people: UTC, whole seconds, ages in the one unit that says most.</summary>
internal static class Moments
{
    /// <summary><c>2026-11-22 18:40:03Z</c>.</summary>
    internal static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>As the API wants it: ISO 8601, UTC, down to 100 ns.</summary>
    internal static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>A moment, or the interval in which it lies.</summary>
    internal static string Text(Occurrence occurrence) => occurrence switch
    {
        { At: { } at } => Text(at),
        { After: { } after, NotLaterThan: { } end } when Text(after) == Text(end) => Text(end),
        { After: { } after, NotLaterThan: { } end } => $"between {Text(after)} and {Text(end)}",
        { NotLaterThan: { } end } => $"not later than {Text(end)}",
        { After: { } after } => $"after {Text(after)}",
        _ => "unknown",
    };

    /// <summary><c>2h ago</c>, <c>in 5d</c>, <c>now</c>.</summary>
    internal static string Age(DateTimeOffset at, DateTimeOffset now) => (now - at) switch
    {
        var past when past >= TimeSpan.FromSeconds(1) => $"{Span(past)} ago",
        var ahead when ahead <= TimeSpan.FromSeconds(-1) => $"in {Span(-ahead)}",
        _ => "now",
    };

    /// <summary><c>45s</c>, <c>12m</c>, <c>3h</c>, <c>5d</c>: whole units, never more than is so.</summary>
    internal static string Span(TimeSpan span) => span.TotalSeconds switch
    {
        < 60 => Whole(span.TotalSeconds, "s"),
        < 60 * 60 => Whole(span.TotalMinutes, "m"),
        < 48 * 60 * 60 => Whole(span.TotalHours, "h"),
        _ => Whole(span.TotalDays, "d"),
    };

    private static string Whole(double count, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(count):0}{unit}");
}
