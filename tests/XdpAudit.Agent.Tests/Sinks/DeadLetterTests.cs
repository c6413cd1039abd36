using System.Text.Json;

namespace XdpAudit.Agent.Tests;

/// <summary>What a receiver will never take is put aside with the reason, and the rest goes on.</summary>
public sealed class DeadLetterTests(Database database)
{
    [Fact]
    public async Task What_is_refused_for_good_is_put_aside_with_its_reason_and_the_rest_goes_on()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Sink.Answer = (batch, _) => Task.FromResult(new SinkOutcome
        {
            Accepted = batch.Count, Refused = [.. batch.Where(e => e.Entry.Position is 3 or 4).Select(e => new RefusedEnvelope(e.Id, "answered 422: no \u001b[2J such thing"))],
        });
        rig.Begin();

        await rig.RecordAsync(6);
        await rig.UntilAsync(() => rig.Status.Journals.GetValueOrDefault("host")?.Position == 6);

        var letters = (await File.ReadAllLinesAsync(rig.File("dead-letters.jsonl"), Rig.Token)).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal([$"{rig.Host}/host/3", $"{rig.Host}/host/4"], letters.Select(l => l.GetProperty("envelope").GetProperty("id").GetString()));
        Assert.All(letters, l => Assert.Equal("answered 422: no \u001b[2J such thing", l.GetProperty("why").GetString()));
        Assert.Equal((2L, 4L, "answered 422: no ?[2J such thing"), (rig.Status.DeadLetters, rig.Status.Delivered, rig.Status.LastRefused));
        Assert.Equal(rig.File("dead-letters.jsonl"), rig.Status.DeadLetterFile);
        Assert.Null(rig.Status.Trouble);
    }

    [Fact]
    public async Task Their_number_is_known_to_the_next_auditor()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Sink.Answer = (batch, _) => Task.FromResult(new SinkOutcome { Accepted = batch.Count, Refused = [.. batch.Select(e => new RefusedEnvelope(e.Id, "no"))] });
        rig.Begin();
        await rig.RecordAsync(3);
        await rig.UntilAsync(() => rig.Status.DeadLetters == 3);
        await rig.EndAsync();

        rig.Begin();
        await rig.UntilAsync(() => rig.Status.Target.Length > 0);

        Assert.Equal(3, rig.Status.DeadLetters);
    }

    [Fact]
    public async Task What_cannot_be_put_aside_is_not_called_dealt_with()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        var refusing = true;
        rig.Sink.Answer = (batch, _) => Task.FromResult(new SinkOutcome { Accepted = batch.Count, Refused = refusing ? [new(batch[0].Id, "no")] : [] });
        Directory.CreateDirectory(rig.File("dead-letters.jsonl"));
        rig.Begin();
        await rig.RecordAsync(2);
        await rig.UntilAsync(() => rig.Sink.Calls.Count == 3, step: 0.5);
        Assert.Equal(0, rig.Status.Journals["host"].Position);
        Assert.NotNull(rig.Status.Trouble);

        Directory.Delete(rig.File("dead-letters.jsonl"));
        await rig.UntilAsync(() => rig.Status.Journals["host"].Position == 2, step: 0.5);

        Assert.Equal(1, rig.Status.DeadLetters);
        Assert.Single(await File.ReadAllLinesAsync(rig.File("dead-letters.jsonl"), Rig.Token));
    }

    [Theory]
    [InlineData("{\"at\":\"2026")]
    [InlineData("")]
    public void What_a_crash_left_of_one_is_cut_off_before_the_next(string torn)
    {
        var directory = Database.File($"letters-{database.Next()}");
        var letters = new DeadLetters(directory);
        letters.Add([(Envelope(1), "no")], DateTimeOffset.UnixEpoch);
        File.AppendAllText(letters.File!, torn + (torn.Length > 0 ? new string('x', 200_000) : ""));

        letters.Add([(Envelope(2), "no")], DateTimeOffset.UnixEpoch);

        Assert.Equal([1, 2], File.ReadAllLines(letters.File!).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("envelope").GetProperty("entry").GetProperty("position").GetInt32()));
    }

    [Fact]
    public void Two_files_hold_the_youngest_of_them()
    {
        var directory = Database.File($"letters-{database.Next()}");
        var letters = new DeadLetters(directory, largest: 5000);

        for (var i = 1; i <= 100; i++)
        {
            letters.Add([(Envelope(i), "no")], DateTimeOffset.UnixEpoch);
        }

        var kept = new[] { ".1", "" }.SelectMany(s => File.ReadAllLines($"{directory}/dead-letters.jsonl{s}")).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("envelope").GetProperty("entry").GetProperty("position").GetInt32()).ToList();
        Assert.Equal(Enumerable.Range(101 - kept.Count, kept.Count), kept);
        Assert.Equal(2, Directory.GetFiles(directory).Length);
        Assert.All(Directory.GetFiles(directory), f => Assert.InRange(new FileInfo(f).Length, 1, 5600));
        Assert.All(Directory.GetFiles(directory), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
    }

    private static AuditEnvelope Envelope(long position) => new()
    {
        Id = $"h/host/{position}",
        Host = new("h"),
        Entry = new()
        {
            Journal = "host", Position = position, Event = "agent_stopped", OccurredAt = Occurrence.Exactly(DateTimeOffset.UnixEpoch), RecordedAt = DateTimeOffset.UnixEpoch,
            KnownBy = new() { How = Knowledge.Declared, Source = "agent" }, Actor = new Actor.Unknown("a test"), Sentence = "the auditor stopped", Data = JsonDocument.Parse("{}").RootElement,
        },
    };
}
