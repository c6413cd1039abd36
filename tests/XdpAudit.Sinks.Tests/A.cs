using System.Text.Json;

namespace XdpAudit.Sinks.Tests;

/// <summary>Envelopes as the auditor makes them.</summary>
internal static class A
{
    internal const string Host = "0123456789abcdef0123456789abcdef";

    /// <summary>A name as an attacker would choose it: line ends, a terminal's escape, quotes, brackets, half a surrogate pair, a right-to-left mark.</summary>
    internal const string HostileName = "a\r\nb\u001b[2J\"]\\ \u202e \ud800 <script> %41 \0 \u0085 é";

    internal static readonly DateTimeOffset Moment = new(2026, 3, 1, 3, 12, 0, 123, TimeSpan.Zero);

    internal static AuditEnvelope Envelope(long position, string name = "program_loaded", string journal = "host", string sentence = "program 17 'pass' was loaded by alice", string data = "{\"program\":{\"id\":17}}") => new()
    {
        Id = $"{Host}/{journal}/{position}",
        Host = new(Host),
        Entry = new()
        {
            Journal = journal,
            Position = position,
            Event = name,
            OccurredAt = Occurrence.Exactly(Moment),
            RecordedAt = Moment.AddSeconds(1),
            KnownBy = new() { How = Knowledge.Witnessed, Source = "sensor:flight-recorder" },
            Actor = new Actor.Process(new() { Pid = 4242, Comm = "alice", Uid = 1000 }),
            Subjects = [$"program/{Host}/boot/17/1"],
            Sentence = sentence,
            Data = JsonDocument.Parse(data).RootElement.Clone(),
        },
    };

    internal static IReadOnlyList<AuditEnvelope> Batch(long first, int count) => [.. Enumerable.Range(0, count).Select(i => Envelope(first + i))];

    internal static AuditEnvelope Hostile(long position) =>
        Envelope(position, sentence: HostileName, data: JsonSerializer.Serialize(new Dictionary<string, string> { [HostileName] = HostileName, ["long"] = new('x', 100_000) }));
}
