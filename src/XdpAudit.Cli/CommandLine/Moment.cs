using System.Globalization;

namespace XdpAudit.Cli;

/// <summary>A moment as people type it: a time, or a place in the host's journal.</summary>
internal abstract record Moment
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd",
    ];

    private Moment()
    {
    }

    /// <summary>As the API takes it.</summary>
    internal abstract string Query { get; }

    /// <summary>Understands ISO 8601 (UTC where no zone is given), the form this program prints, <c>now</c>, <c>-5m</c> and <c>position:N</c>.</summary>
    internal static Moment? TryParse(string text, DateTimeOffset now)
    {
        const string position = "position:";
        if (text == "now")
        {
            return new Time(now, true);
        }

        if (text.StartsWith('-'))
        {
            return Duration.TryParse(text[1..], out var ago) ? new Time(now - ago) : null;
        }

        if (text.StartsWith(position, StringComparison.Ordinal))
        {
            return long.TryParse(text.AsSpan(position.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new Position(number) : null;
        }

        return DateTimeOffset.TryParseExact(
            text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? new Time(at)
            : null;
    }

    /// <summary>As <see cref="TryParse"/>; a text it does not understand ends the command.</summary>
    internal static Moment Parse(string text, DateTimeOffset now) => TryParse(text, now) ?? throw new CliFailure(LocalProblem.BadTime(text));

    /// <summary>A time.</summary>
    internal sealed record Time(DateTimeOffset At, bool IsNow = false) : Moment
    {
        /// <inheritdoc/>
        internal override string Query => Moments.Iso(At);
    }

    /// <summary>A place in the host's journal.</summary>
    internal sealed record Position(long Number) : Moment
    {
        /// <inheritdoc/>
        internal override string Query => string.Create(CultureInfo.InvariantCulture, $"position:{Number}");
    }
}
