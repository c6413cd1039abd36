using System.Globalization;
using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

/// <summary>What every detector promises, whatever it finds wrong.</summary>
/// <param name="make">Makes a detector; each is to answer as the others.</param>
/// <param name="clean">Hosts with nothing wrong in its eyes.</param>
/// <param name="guilty">Hosts in each of which it is to find something.</param>
public sealed class DetectorSuite(Func<ILeakDetector> make, IReadOnlyList<HostView> clean, IReadOnlyList<HostView> guilty)
{
    private static readonly string[] Severities = ["low", "medium", "high"];
    private static readonly string[] Kinds = ["program", "link", "map", "attach-point", "operation", "pin"];
    private static readonly string[] Sides = ["xdpaudit", "plain"];
    private static readonly string[] Parts = [.. SampleHosts.Complete(true).Parts().Select(part => part.Name)];

    private IEnumerable<HostView> Hosts => [.. SampleHosts.All, .. clean, .. guilty];

    [Promise]
    internal Task It_names_itself_and_its_rules()
    {
        var detector = make();

        Check.True(IsWord(detector.Id), $"its id '{detector.Id}' must be lower-case letters, digits and hyphens");
        Check.NotEmpty(detector.Rules);
        Check.All(detector.Rules, rule => Check.True(IsWord(rule), $"its rule '{rule}' must be lower-case letters, digits and hyphens"));
        Check.Equal(detector.Rules.Distinct(), detector.Rules);
        Check.Equal(detector.Rules, make().Rules);
        return Task.CompletedTask;
    }

    [Promise]
    internal Task The_same_input_gives_the_same_answer_ten_times_over() => OnEach(host =>
    {
        var detector = make();
        var first = Written(detector.Detect(Input(host)));

        for (var i = 0; i < 9; i++)
        {
            Check.Equal(first, Written(detector.Detect(Input(host))));
        }

        Check.Equal(first, Written(make().Detect(Input(host))));
    });

    [Promise]
    internal Task What_it_saw_before_does_not_change_its_answer()
    {
        var detector = make();
        var fresh = Hosts.Select(host => Written(make().Detect(Input(host)))).ToList();

        Check.Equal(fresh, Hosts.Select(host => Written(detector.Detect(Input(host)))));
        Check.Equal(fresh.AsEnumerable().Reverse(), Hosts.Reverse().Select(host => Written(detector.Detect(Input(host)))));
        return Task.CompletedTask;
    }

    [Promise]
    internal Task The_order_of_lists_does_not_matter() => OnEach(host =>
    {
        var turned = host with
        {
            Programs = [.. host.Programs.Reverse().Select(p => p with { Holders = [.. p.Holders.Reverse()], Attachments = [.. p.Attachments.Reverse()], FormerAttachments = [.. p.FormerAttachments.Reverse()] })],
            Links = [.. host.Links.Reverse().Select(l => l with { Holders = [.. l.Holders.Reverse()] })],
            Attachments = [.. host.Attachments.Reverse()],
            Maps = [.. host.Maps.Reverse().Select(m => m with { Holders = [.. m.Holders.Reverse()] })],
            Operations = [.. host.Operations.Reverse()],
        };

        Check.Equal(Fingerprints(make().Detect(Input(host))), Fingerprints(make().Detect(Input(turned))));
    });

    [Promise]
    internal Task One_trouble_has_one_fingerprint_and_two_have_two() => OnEach(host =>
    {
        var found = Fingerprints(make().Detect(Input(host)));

        Check.Equal(found.Distinct(), found);
    });

    [Promise]
    internal Task An_hour_later_it_is_the_same_finding() => OnEach(host =>
    {
        var later = Input(host) with { Now = host.At.AddHours(1), Host = host with { At = host.At.AddHours(1) } };

        Check.Equal(Fingerprints(make().Detect(Input(host))), Fingerprints(make().Detect(later)));
    });

    [Promise]
    internal Task A_finding_is_whole() => OnEachFinding((detector, host, found) =>
    {
        Check.Contains(found.Rule, detector.Rules);
        Check.Contains(found.Severity, Severities);
        Check.Contains(found.Subject.Kind, Kinds);
        Check.NotEmpty(found.Subject.Key);
        Check.NotEmpty(found.Summary);
        Check.True(found.Since <= host.At, $"'{found.Summary}' began at {found.Since:O}, after the look at {host.At:O}");
        Check.NotEmpty(found.Needs);
        Check.All(found.Needs, part => Check.Contains(part, Parts));
        Check.True(found.Cost.Count >= 0, $"'{found.Summary}' costs {found.Cost.Count} objects");
        Check.All(found.Evidence, position => Check.InRange(position, 1, host.Position));
    });

    [Promise]
    internal Task A_remedy_says_why_and_by_what() => OnEachFinding((_, _, found) => Check.All(found.Remedy, step =>
    {
        Check.Contains(step.By, Sides);
        Check.NotEmpty(step.Why);
        Check.True(step.Command is null or { Length: > 0 }, $"'{step.Why}' has an empty command; a step that no command does has none");
    }));

    [Promise]
    internal Task What_an_attacker_named_does_not_reach_the_terminal() => OnEachFinding((_, _, found) =>
    {
        Check.DoesNotContain(found.Summary, MovesTheCursor);
        Check.DoesNotContain(found.Doubt ?? "", MovesTheCursor);
        Check.All(found.Remedy, step => Check.DoesNotContain(step.Why, MovesTheCursor));
    });

    [Promise]
    internal Task What_was_not_seen_to_the_end_is_no_reason_to_fail() => OnEach(host =>
    {
        foreach (var seen in new[] { host with { Coverage = null }, host with { Coverage = SampleHosts.Complete(false) }, host with { Boot = null, Programs = [] }, host with { Links = [], Maps = [] } })
        {
            _ = make().Detect(Input(seen));
        }
    });

    [Promise]
    internal Task A_host_with_nothing_on_it_has_no_finding()
    {
        Check.Empty(make().Detect(Input(SampleHosts.Empty)));
        Check.Empty(make().Detect(Input(SampleHosts.Unseen)));
        return Task.CompletedTask;
    }

    [Promise]
    internal Task A_clean_host_has_no_finding()
    {
        Check.All(clean, host => Check.Equal("", string.Join("; ", make().Detect(Input(host)).Select(found => found.Summary)), "what is found wrong with a clean host"));
        return Task.CompletedTask;
    }

    [Promise]
    internal Task A_guilty_host_has_one()
    {
        Check.All(guilty, host => Check.NotEmpty(make().Detect(Input(host))));
        return Task.CompletedTask;
    }

    [Promise]
    internal Task Its_input_and_its_answer_survive_the_way_between_processes() => OnEach(host =>
    {
        var sent = JsonSerializer.Deserialize(JsonSerializer.Serialize(host, ApiJson.Default.HostView), ApiJson.Default.HostView)!;
        var answer = Written(make().Detect(Input(host)));

        Check.Equal(answer, Written(make().Detect(Input(sent))));
        Check.Equal(answer, Written(JsonSerializer.Deserialize<IReadOnlyList<LeakCandidate>>(answer)!));
    });

    [Promise]
    internal Task It_changes_nothing_of_its_input() => OnEach(host =>
    {
        var before = JsonSerializer.Serialize(host, ApiJson.Default.HostView);

        make().Detect(Input(host));

        Check.Equal(before, JsonSerializer.Serialize(host, ApiJson.Default.HostView));
    });

    [Promise]
    internal Task Ten_at_once_answer_as_one()
    {
        var detector = make();
        var alone = Hosts.Select(host => Written(detector.Detect(Input(host)))).ToList();

        var together = Enumerable.Range(0, 10).AsParallel().Select(_ => Hosts.Select(host => Written(detector.Detect(Input(host)))).ToList()).ToList();

        Check.All(together, answers => Check.Equal(alone, answers));
        return Task.CompletedTask;
    }

    private static DetectorInput Input(HostView host) => new() { Host = host, Now = host.At, Grace = TimeSpan.FromSeconds(30), AuditorPid = 99 };

    private static string Written(IReadOnlyList<LeakCandidate> found) => JsonSerializer.Serialize(found);

    private static IReadOnlyList<string> Fingerprints(IReadOnlyList<LeakCandidate> found) =>
        [.. found.Select(one => $"{one.Rule} {one.Subject.Key} {one.Severity} {one.Since:O}").Order(StringComparer.Ordinal)];

    private static bool IsWord(string word) => word.Length > 0 && word.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    private static bool MovesTheCursor(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private Task OnEach(Action<HostView> check)
    {
        Check.All(Hosts, check);
        return Task.CompletedTask;
    }

    private Task OnEachFinding(Action<ILeakDetector, HostView, LeakCandidate> check) => OnEach(host =>
    {
        var detector = make();
        Check.All(detector.Detect(Input(host)), found => check(detector, host, found));
    });
}
