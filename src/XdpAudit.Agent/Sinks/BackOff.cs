namespace XdpAudit.Agent;

/// <summary>How long to wait before the next try: 1 s, doubled each time, at most a minute. A receiver that names a time is given it, within bounds.</summary>
internal sealed class BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    // A receiver must not be able to silence us for days with one answer.
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);

    private TimeSpan _next = First;

    internal TimeSpan Next(TimeSpan? asked)
    {
        var rest = _next;
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return asked is not { } time || time <= TimeSpan.Zero ? rest : time < LongestAsked ? time : LongestAsked;
    }

    internal void Reset() => _next = First;
}
