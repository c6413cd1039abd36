namespace XdpAudit.Agent.Tests;

/// <summary>A person's word on a finding: with a reason, in words, and not for ever.</summary>
public sealed class TriageTests(Database database)
{
    [Fact]
    public async Task An_acknowledgement_is_recorded_with_who_why_and_until_when_and_ends_by_itself()
    {
        await using var rig = await OpenAsync();
        var until = rig.Time.GetUtcNow().AddHours(1);
        var id = rig.Auditor.Findings().Single().Id;

        var said = await rig.Auditor.AcknowledgeAsync(id.Value[..6], new(TriageReasons.PendingFix, "ticket 12", until), Rig.Alice, Rig.Token);
        await rig.LookAsync(1800);
        var still = rig.Auditor.Findings().Single().Status;
        await rig.LookAsync(1801);
        var expired = rig.Auditor.Findings().Single();

        Assert.Equal((FindingStates.Acknowledged, "ticket 12", Rig.Alice, until), (said.Status, said.Triage!.Comment, said.Triage.By, said.Triage.ExpiresAt));
        Assert.Equal((FindingStates.Acknowledged, FindingStates.Regressed, null), (still, expired.Status, expired.Triage));
        Assert.Equal(new Actor.Process(Rig.Alice), Assert.Single((await rig.ServerJournalAsync()).OfType<FindingAcknowledged>()).Actor);
    }

    [Fact]
    public async Task What_is_suppressed_is_not_counted_as_open_and_a_restart_does_not_forget_it()
    {
        await using var rig = await OpenAsync();
        var id = rig.Auditor.Findings().Single().Id.Value;

        await rig.Auditor.SuppressAsync(id, new(TriageReasons.RiskAccepted, "known", rig.Time.GetUtcNow().AddDays(1)), Rig.Alice, Rig.Token);
        var open = rig.Auditor.OpenFindings;
        await rig.KillAsync();
        await rig.BeginAsync();
        await rig.LookAsync();

        Assert.Equal((0, FindingStates.Suppressed), (open, rig.Auditor.Findings().Single().Status));
    }

    [Theory]
    [InlineData("because", "words", 60, "there is no reason 'because'")]
    [InlineData(TriageReasons.Other, " ", 60, "a word on a finding needs a comment")]
    [InlineData(TriageReasons.Other, "words", 0, "a word on a finding needs an end in the future")]
    [InlineData(TriageReasons.Other, "words", -60, "a word on a finding needs an end in the future")]
    public async Task A_word_without_a_reason_a_comment_or_a_future_end_is_refused(string reason, string comment, int seconds, string title)
    {
        await using var rig = await OpenAsync();
        var request = new TriageRequest(reason, comment, rig.Time.GetUtcNow().AddSeconds(seconds));

        var refused = await Assert.ThrowsAsync<RefusedException>(() => rig.Auditor.AcknowledgeAsync(rig.Auditor.Findings()[0].Id.Value, request, Rig.Alice, Rig.Token));

        Assert.Equal(ProblemCode.Usage, refused.Problem.Code);
        Assert.StartsWith(title, refused.Problem.Title, StringComparison.Ordinal);
        Assert.Equal(FindingStates.Open, rig.Auditor.Findings().Single().Status);
    }

    [Fact]
    public async Task What_is_resolved_or_not_there_or_not_one_cannot_be_spoken_of()
    {
        await using var rig = await OpenAsync();
        var id = rig.Auditor.Findings().Single().Id.Value;
        rig.Kernel.LoadForeign("another", 78);
        rig.Kernel.CloseAll(77);
        await rig.LookAsync();
        var word = new TriageRequest(TriageReasons.Other, "words", rig.Time.GetUtcNow().AddDays(1));

        var resolved = await Assert.ThrowsAsync<RefusedException>(() => rig.Auditor.AcknowledgeAsync(id, word, Rig.Alice, Rig.Token));
        var absent = await Assert.ThrowsAsync<RefusedException>(() => rig.Auditor.AcknowledgeAsync("nope", word, Rig.Alice, Rig.Token));
        var both = await Assert.ThrowsAsync<RefusedException>(() => rig.Auditor.AcknowledgeAsync("", word, Rig.Alice, Rig.Token));

        Assert.Equal((ProblemCode.Usage, ProblemCode.NotFound, ProblemCode.Ambiguous), (resolved.Problem.Code, absent.Problem.Code, both.Problem.Code));
        Assert.Equal(2, both.Problem.Candidates.Count);
    }

    [Fact]
    public async Task While_the_journal_is_away_a_word_is_refused_and_not_half_kept()
    {
        await using var rig = await OpenAsync();
        rig.Server.LoseNext();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => rig.Auditor.AcknowledgeAsync(
            rig.Auditor.Findings()[0].Id.Value, new(TriageReasons.Other, "words", rig.Time.GetUtcNow().AddDays(1)), Rig.Alice, Rig.Token));

        Assert.Equal(ProblemCode.Unavailable, refused.Problem.Code);
        Assert.Equal(FindingStates.Open, rig.Auditor.Findings().Single().Status);
    }

    private async Task<Rig> OpenAsync()
    {
        var rig = await Rig.BuildAsync(database);
        rig.Detect(new EveryProgram());
        await rig.BeginAsync();
        rig.Kernel.LoadForeign("leaked", 77);
        await rig.LookAsync();
        await rig.LookAsync(31);
        return rig;
    }
}
