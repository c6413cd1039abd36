namespace XdpAudit.Server.Tests;

/// <summary>Random operations on programs, links and interfaces of one lab, what was answered, and whether the journal still tells all of it.</summary>
internal sealed class Traffic
{
    private static readonly string[] _outcomes = ["operation_succeeded", "operation_already_applied", "operation_failed", "operation_rejected", "operation_indeterminate"];
    private static readonly string[] _ends = ["operation_verified", "operation_contradicted", "operation_settled"];
    private readonly Lab _lab;
    private readonly string _netns;
    private readonly string _object;
    private readonly List<OperationView> _acknowledged = [];
    private readonly List<(FindingId Finding, string Comment)> _words = [];
    private int _said;

    internal Traffic(Lab lab, int seed)
    {
        _lab = lab;
        Random = new(seed);
        _netns = lab.Netns();
        _object = lab.CompileBpf("pass", Samples.Pass);
    }

    internal Random Random { get; }

    /// <summary>How many operations the API has answered for.</summary>
    internal int Acknowledged => _acknowledged.Count;

    /// <summary>How many words on findings the API has answered for.</summary>
    internal int Words => _words.Count;

    /// <summary>Acknowledges or suppresses a finding that is there; what is answered is remembered.</summary>
    internal async Task SayAsync(Api api)
    {
        var there = await api.GetAsync(Routes.Findings, ApiJson.Default.IReadOnlyListFindingView);
        if (there.Count > 0)
        {
            var word = ++_said;
            var finding = there[word % there.Count].Id;
            if (await api.SayAsync(word % 3 == 0 ? Routes.FindingSuppress : Routes.FindingAcknowledge, finding, new(TriageReasons.PendingFix, $"word {word}", DateTimeOffset.UtcNow.AddHours(1))))
            {
                _words.Add((finding, $"word {word}"));
            }
        }
    }

    /// <summary>Asks for the next operation; what is answered is remembered.</summary>
    internal async Task<Problem?> NextAsync(Api api, OperationRequest request)
    {
        var (done, problem) = await api.OperateAsync(request);
        if (done is not null)
        {
            _acknowledged.Add(done);
        }

        return problem;
    }

    /// <summary>Something that can be asked for now.</summary>
    internal async Task<OperationRequest> ChooseAsync(Api api)
    {
        var programs = (await api.GetAsync(Routes.Programs, ApiJson.Default.IReadOnlyListProgramView)).Where(p => p.Holders.Any(Ours)).ToList();
        var links = (await api.GetAsync(Routes.Links, ApiJson.Default.IReadOnlyListLinkView)).Where(l => l.Holders.Any(Ours)).ToList();
        return Random.Next(4) switch
        {
            1 when programs.Count > 0 => new()
            {
                Kind = OperationKinds.LinkAttach, Program = $"{Pick(programs).Id}", Interface = Random.Next(2) == 0 ? "va" : "vb", Netns = _netns, Mode = "generic",
            },
            2 when links.Count > 0 => Pick(links) is var link && link.State == LinkStates.Defunct
                ? new() { Kind = OperationKinds.LinkUnpin, Link = $"{link.Id}", Pin = link.Holders.OfType<HolderView.Pin>().First(Ours).Path }
                : new() { Kind = OperationKinds.LinkDetach, Link = $"{link.Id}" },
            3 when programs.Count > 2 => new() { Kind = OperationKinds.ProgramUnload, Program = $"{Pick(programs).Id}" },
            _ => new() { Kind = OperationKinds.ProgramLoad, ObjectPath = _object, Program = Random.Next(2) == 0 ? "sample_pass" : "sample_other" },
        };
    }

    /// <summary>Nothing acknowledged is lost, nothing is there twice, and every operation has come to an end.</summary>
    internal async Task AuditAsync(Api api)
    {
        await api.LookAsync();
        var journal = await api.JournalAsync();
        Assert.Equal(Enumerable.Range(1, journal.Count).Select(i => (long)i), journal.Select(e => e.Position));
        Facts.AreToldOnce(journal);

        var stories = journal.Where(e => e.Event.StartsWith("operation_", StringComparison.Ordinal)).GroupBy(e => e.Data.GetProperty("id").GetString()!).ToDictionary(g => g.Key, g => g.ToList());
        Assert.All(stories, story =>
        {
            var told = story.Value.Select(e => e.Event).ToList();
            Assert.Equal("operation_requested", told[0]);
            Assert.Single(told, e => e == "operation_requested");
            Assert.Single(told, e => _outcomes.Contains(e));
            Assert.Equal(told.Contains("operation_rejected") ? 0 : 1, told.Count(e => _ends.Contains(e)));
        });
        Assert.All(_acknowledged, done =>
        {
            // A look that could not see all leaves the verification to a later one; what was answered is in its place all the same.
            var story = stories[done.Id.Value];
            Assert.Equal(done.FirstPosition, story[0].Position);
            Assert.Contains(story, e => e.Position == done.LastPosition && (e.Event == $"operation_{done.State}" || (done.State, e.Event) == (OperationStates.Succeeded, "operation_already_applied")));
        });

        var server = await api.JournalAsync("server");
        Assert.Equal(Enumerable.Range(1, server.Count).Select(i => (long)i), server.Select(e => e.Position));
        Facts.AreToldOnce(server);
        Assert.All(_words, word => Assert.Single(server, e =>
            e.Event is "finding_acknowledged" or "finding_suppressed" && e.Subjects[0] == $"finding/{word.Finding}" && e.Data.GetProperty("comment").GetString() == word.Comment));

        // What the journal says lives is what the kernel holds.
        var known = (await api.GetAsync(Routes.Programs, ApiJson.Default.IReadOnlyListProgramView)).Where(p => p.Holders.Any(Ours)).SelectMany(p => p.Holders.OfType<HolderView.Pin>());
        var links = (await api.GetAsync(Routes.Links, ApiJson.Default.IReadOnlyListLinkView)).SelectMany(l => l.Holders.OfType<HolderView.Pin>());
        Assert.Equal(
            Directory.EnumerateFiles($"{_lab.Bpffs}/xdpaudit").Order(),
            known.Concat(links).Select(p => p.Path.Value).Where(p => p.StartsWith(_lab.Bpffs, StringComparison.Ordinal)).Order());
    }

    private bool Ours(HolderView holder) => holder is HolderView.Pin pin && pin.Path.Value.StartsWith(_lab.Bpffs, StringComparison.Ordinal);

    private T Pick<T>(List<T> all) => all[Random.Next(all.Count)];
}
