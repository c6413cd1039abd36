namespace XdpAudit.EndToEnd.Tests;

/// <summary>A host on which only what a policy names may run.</summary>
public sealed class PolicyTests : OwnScene
{
    public PolicyTests(OneAuditor one)
        : base(one)
    {
        // The policy is in force from the start; the namespace's name is known only later, so any will do.
        var policy = $"{House.Folder}/policy.json";
        File.WriteAllText(policy, """
            { "schema": 1, "severity": "medium", "rules": [
              { "name": "the guard", "loader": { "comm": "bpftool", "uid": 0 }, "program": { "name": "guard", "type": "xdp" },
                "attach": { "interface": "va", "netns": "*", "mode": "native" } } ] }
            """);
        File.SetUnixFileMode(policy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Watcher = AuditorProcess.StartWith(House, "policy-rules", "policy_file", policy, "--plugin", "libbpf", "--plugin", "flight-recorder", "--plugin", "policy-rules");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stranger_beside_an_allowed_program_and_that_program_in_the_wrong_place_are_found_and_mended(bool plain)
    {
        var netns = Lab.Netns();
        var guard = Load();
        var stranger = Load("stranger");
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{guard}", "dev", "va");
        Look();

        var loaded = Opens("policy-program", Program(stranger).Key.Value);
        Assert.DoesNotContain(Findings("policy-program"), f => f.Subject.Key == Program(guard).Key.Value);
        Assert.DoesNotContain(Findings("policy-attachment"), f => f.Subject.Key == PlaceOf(guard));
        Assert.Equal("medium", loaded.Severity);
        Assert.EndsWith("Rule 1 'the guard' comes closest: program.name is 'stranger', and it allows 'guard'.", loaded.Summary, StringComparison.Ordinal);
        Mends(loaded, plain);
        LookUntil(() => Gone(stranger), "the stranger goes");

        Lab.In(netns, "bpftool", "net", "detach", "xdpdrv", "dev", "va");
        Lab.In(netns, "bpftool", "net", "attach", "xdpgeneric", "id", $"{guard}", "dev", "va");
        Look();

        var attached = Opens("policy-attachment", PlaceOf(guard));
        Assert.Contains("attach.mode is 'generic', and it allows 'native'", attached.Summary, StringComparison.Ordinal);
        Mends(attached, plain);
        Assert.Equal(ProgramStates.Retained, Program(guard).State);
    }

    private string PlaceOf(uint program) => Assert.Single(Program(program).Holders.OfType<HolderView.Netlink>()).AttachPoint.Value;
}
