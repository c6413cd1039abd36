namespace XdpAudit.Conformance.Tests;

/// <summary>A detector that keeps its promises passes, and one that breaks one of them is told which.</summary>
public sealed class DetectorSuiteTests
{
    private static int _count;

    public static TheoryData<string, string> Breakages => new()
    {
        { "counts", "The same input gives the same answer ten times over" },
        { "order", "The order of lists does not matter" },
        { "clock", "An hour later it is the same finding" },
        { "twice", "One trouble has one fingerprint and two have two" },
        { "rule", "A finding is whole" },
        { "severity", "A finding is whole" },
        { "needs", "A finding is whole" },
        { "side", "A remedy says why and by what" },
        { "name", "What an attacker named does not reach the terminal" },
        { "throws", "What was not seen to the end is no reason to fail" },
        { "always", "A host with nothing on it has no finding" },
        { "strict", "A clean host has no finding" },
        { "blind", "A guilty host has one" },
    };

    [Fact]
    public async Task A_sound_detector_keeps_them_all() => Assert.Empty(await Broken.Of(() => Suite("")));

    [Theory]
    [MemberData(nameof(Breakages))]
    public async Task A_broken_detector_is_told_what_it_breaks(string breakage, string promise)
    {
        if (breakage == "throws")
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => Promises.KeepAsync(Suite(breakage), promise));
            return;
        }

        Assert.Contains(promise, await Broken.Of(() => Suite(breakage)));
    }

    private static DetectorSuite Suite(string breakage) => new(() => new Nobodys(breakage), [SampleHosts.Orderly], [SampleHosts.Disorderly]);

    /// <summary>Finds netlink attachments, and is broken in one way.</summary>
    private sealed class Nobodys(string breakage) : ILeakDetector
    {
        private bool Is(string what) => breakage == what;

        public string Id => "nobodys";

        public IReadOnlyList<string> Rules => ["nobodys-attachment"];

        public IReadOnlyList<LeakCandidate> Detect(DetectorInput input)
        {
            if (Is("throws") && input.Host.Coverage is null)
            {
                throw new InvalidOperationException("no coverage");
            }

            var found = input.Host.Attachments.Where(a => (a.By == "netlink" && !Is("blind")) || Is("strict")).Select(a => Of(input, a)).ToList();
            return
                Is("twice") ? [.. found, .. found]
                : Is("always") && input.Host.Attachments.Count == 0 ? [Of(input, SampleHosts.Disorderly.Attachments[0])]
                : Is("order") && input.Host.Programs.Count > 0 ? [Of(input, SampleHosts.Disorderly.Attachments[0]) with { Subject = new("program", input.Host.Programs[0].Key.Value, null, "") }]
                : Is("name") ? [.. input.Host.Attachments.Select(a => Of(input, a))]
                : found;
        }

        private LeakCandidate Of(DetectorInput input, AttachmentView at) => new()
        {
            Rule = Is("rule") ? "another" : "nobodys-attachment",
            Severity = Is("severity") ? "critical" : "low",
            Subject = new("attach-point", at.AttachPoint.Value, null, at.IfName),
            Since = Is("clock") ? input.Now : at.Since,
            Summary = Is("name") ? $"nobody answers for {at.IfName}" : Is("counts") ? $"nobody answers, {Interlocked.Increment(ref _count)}" : "nobody answers for it",
            Cost = new(null, 1),
            Needs = Is("needs") ? ["everything"] : ["attachments"],
            Remedy = [new("look", "bpftool net show", Is("side") ? "bpftool" : "plain")],
        };
    }
}
