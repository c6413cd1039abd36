namespace XdpAudit.EndToEnd.Tests;

/// <summary>An auditor without sensors: what it can know by looking alone, and how it says that it does not know more.</summary>
public sealed class PollingTests : OwnScene
{
    public PollingTests(OneAuditor one)
        : base(one)
    {
        Watcher = AuditorProcess.Start(House, "1h", "--plugin", "libbpf", "--plugin", "leak-rules");
    }

    [Fact]
    public void What_is_found_by_looking_is_bounded_by_two_looks_and_names_nobody()
    {
        var netns = Lab.Netns();
        var before = DateTimeOffset.UtcNow;
        Look();
        var program = Load();
        var (keeper, link) = Link(netns, "guard", linkPin: "link");
        keeper.Dispose();
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{program}", "dev", "vb");
        Look();

        Shell.Run("bpftool", "link", "detach", "pinned", Pin("link"));
        Lab.In(netns, "bpftool", "net", "detach", "xdpdrv", "dev", "vb");
        File.Delete(Pin("link"));
        File.Delete(Pin("guard"));
        LookUntil(() => Gone(program) && Released(link), "all of it goes");

        Assert.Equal(
            ["attachment_established va native link", "attachment_established vb native netlink", "attachment_removed vb native asked", "link_found va native", "program_found guard", "program_pinned guard", "program_unloaded last-reference-gone", "program_unpinned guard"],
            Told(ProgramHistory(program)).Where(e => !e.StartsWith("link_released ", StringComparison.Ordinal) && !e.StartsWith("attachment_removed va ", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(ProgramHistory(program), e =>
        {
            Assert.Equal(Knowledge.Observed, e.KnownBy.How);
            Assert.IsType<Actor.Unknown>(e.Actor);
            Assert.True(e.Event == "program_found" ? e.OccurredAt.At >= before : e.OccurredAt is { At: null, After: { } after, NotLaterThan: { } notLater } && before <= after && after < notLater, $"{e.OccurredAt}: {e.Sentence}");
        });
    }

    [Fact]
    public void What_came_and_went_between_looks_is_not_known()
    {
        Look();

        var flash = uint.Parse(Shell.Run(Tools.Flash, "load").Split(' ')[0], null);
        Look();

        Assert.DoesNotContain(Api.Get(Routes.Programs, ApiJson.Default.IReadOnlyListProgramView, ("all", "true")), p => p.Id.Value == flash);
    }
}
