namespace XdpAudit.Core.Tests;

/// <summary>A finding from the first suspicion to the end, and back.</summary>
public sealed class FindingLifeTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset Start = A.BootedAt.AddHours(1);
    private readonly Dictionary<FindingId, FindingState> _known = [];
    private int _looks;

    private static LeakCandidate Retained => new()
    {
        Rule = LeakRule.ProgramRetained, Severity = "medium", Subject = new("program", A.Key(5).Value, 5, "p5"), Since = Start, Summary = "loaded and not attached",
        Cost = new(4096, 1), Needs = ["programs", "attachments"],
    };

    private FindingState Finding => Assert.Single(_known).Value;

    [Fact]
    public void It_is_suspected_at_first_and_open_when_a_second_look_past_the_grace_period_shows_it()
    {
        Assert.Equal(["finding_suspected"], Look(0, Retained));
        Assert.Equal([], Look(4, Retained));
        Assert.Equal(["finding_opened"], Look(5, Retained));

        Assert.Equal((FindingStates.Open, Start), (Finding.Status, Finding.FirstSeen));
    }

    [Fact]
    public void One_look_opens_nothing_however_long_the_trouble_lasts() => Assert.Equal(["finding_suspected"], Look(600, Retained));

    [Fact]
    public void A_look_that_was_not_complete_for_it_neither_opens_nor_resolves_it()
    {
        Look(0, Retained);

        Assert.Equal([], Look(6, Missing.Attachments, Retained));
        Assert.Equal([], Look(7, Missing.Programs));
        Assert.Equal(["finding_opened"], Look(8, Missing.Pins, Retained));
    }

    [Fact]
    public void It_is_resolved_by_a_complete_look_without_it_and_regresses_when_it_opens_again()
    {
        Look(0, Retained);
        Look(6, Retained);

        Assert.Equal(["finding_resolved"], Look(7));
        Assert.Equal(["finding_suspected"], Look(8, Retained));
        Assert.Equal(["finding_regressed"], Look(9, Retained));

        Assert.Equal(FindingStates.Regressed, Finding.Status);
    }

    [Fact]
    public void A_detector_that_did_not_answer_resolves_nothing()
    {
        Look(0, Retained);

        Assert.Empty(FindingDecisions.Decide(_known, [], Context(7, Missing.Nothing)));
    }

    [Fact]
    public void It_is_revised_when_what_holds_it_or_what_to_do_is_another_and_not_when_it_is_only_older()
    {
        Look(0, Retained);
        Look(6, Retained);

        Assert.Equal([], Look(7, Retained with { Summary = "loaded and not attached for 7 minutes" }));
        Assert.Equal(["finding_revised"], Look(8, Retained with { Remedy = [new("remove the pin", "rm /sys/fs/bpf/p", "plain")] }));
    }

    [Fact]
    public void A_word_on_it_holds_until_it_expires()
    {
        Look(0, Retained);
        Look(6, Retained);
        Tell(6, new FindingAcknowledged(Finding.Id, TriageReasons.PendingFix, "on its way", Start.AddMinutes(20)));
        Assert.Equal(FindingStates.Acknowledged, Finding.Status);
        Tell(7, new FindingSuppressed(Finding.Id, TriageReasons.RiskAccepted, "known", Start.AddMinutes(30)));
        Assert.Equal(FindingStates.Suppressed, Finding.Status);

        Assert.Equal([], Look(29, Retained));
        Assert.Equal(["finding_regressed"], Look(30, Retained));

        Assert.Null(Finding.Triage);
    }

    [Fact]
    public void The_same_rule_on_the_same_object_is_the_same_finding_whatever_is_said_of_it()
    {
        Assert.Equal(FindingDecisions.Id(Retained), FindingDecisions.Id(Retained with { Severity = "high", Summary = "otherwise" }));
        Assert.NotEqual(FindingDecisions.Id(Retained), FindingDecisions.Id(Retained with { Rule = LeakRule.HolderUnknown }));
    }

    private string[] Look(int minute, params LeakCandidate[] named) => Look(minute, Missing.Nothing, named);

    private string[] Look(int minute, Missing missing, params LeakCandidate[] named)
    {
        var events = FindingDecisions.Decide(_known, [new("leak-rules", [LeakRule.ProgramRetained], named)], Context(minute, missing));
        events.ToList().ForEach(e => Tell(minute, e));
        return [.. events.Select(EventNames.Of)];
    }

    private void Tell(int minute, JournalEvent fact)
    {
        var entry = new JournalEntry(++_looks, Start.AddMinutes(minute), fact.Occurred.At is null ? fact with { Occurred = Occurrence.Exactly(Start.AddMinutes(minute)) } : fact);
        var id = ((FindingEvent)fact).Id;
        _known[id] = (FindingState)Subjects.Fold(_known.GetValueOrDefault(id), fact.Subjects[0], entry)!;
    }

    private static DetectionContext Context(int minute, Missing missing) => new(Start.AddMinutes(minute), $"look{minute}", ModelLook.Covered(missing, false), Grace);
}
