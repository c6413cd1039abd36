using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

/// <summary>Envelopes as the auditor makes them.</summary>
public static class Envelopes
{
    // Line ends, a terminal's escape, quotes, brackets, half a surrogate pair, a right-to-left mark.
    private const string HostileName = "a\r\nb\u001b[2J\"]\\ \u202e \ud800 <script> %41 \0 \u0085 é";
    private static readonly HostId Host = new("0123456789abcdef0123456789abcdef");
    private static readonly DateTimeOffset Moment = new(2026, 3, 1, 3, 12, 0, 123, TimeSpan.Zero);

    /// <summary>The load of a program, at a position of the host's journal.</summary>
    public static AuditEnvelope Of(long position) => Of(position, "program 17 'pass' was loaded by alice", """{"program":{"id":17}}""");

    /// <summary>Consecutive ones.</summary>
    public static IReadOnlyList<AuditEnvelope> Batch(long first, int count) => [.. Enumerable.Range(0, count).Select(i => Of(first + i))];

    /// <summary>One with a name as an attacker would choose it, and long.</summary>
    public static AuditEnvelope Hostile(long position) =>
        Of(position, HostileName, JsonSerializer.Serialize(new Dictionary<string, string> { [HostileName] = HostileName, ["long"] = new('x', 100_000) }));

    private static AuditEnvelope Of(long position, string sentence, string data) => new()
    {
        Id = $"{Host}/host/{position}",
        Host = Host,
        Entry = new()
        {
            Journal = "host",
            Position = position,
            Event = "program_loaded",
            OccurredAt = Occurrence.Exactly(Moment),
            RecordedAt = Moment.AddSeconds(1),
            KnownBy = new() { How = Knowledge.Witnessed, Source = "sensor:flight-recorder" },
            Actor = new Actor.Process(new() { Pid = 4242, Comm = "alice", Uid = 1000 }),
            Subjects = [$"program/{Host}/boot/17/1"],
            Sentence = sentence,
            Data = JsonDocument.Parse(data).RootElement.Clone(),
        },
    };
}
