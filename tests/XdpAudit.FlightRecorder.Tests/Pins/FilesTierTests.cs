namespace XdpAudit.FlightRecorder.Tests;

public sealed class FilesTierTests : IDisposable
{
    private readonly Lab _lab;
    private readonly List<FilesTier> _tiers = [];

    public FilesTierTests()
    {
        Requires.RootAndBpf();
        _lab = new();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pin_that_is_removed_or_renamed_is_told_with_its_path(bool tellsWho)
    {
        var tier = Open(tellsWho);
        Pin("a");
        Pin("b");

        Shell.Run("rm", $"{_lab.Bpffs}/a");
        Shell.Run("mv", $"{_lab.Bpffs}/b", $"{_lab.Bpffs}/c");
        var heard = await HearAsync(tier, 2);

        Assert.Equal([$"{_lab.Bpffs}/a", $"{_lab.Bpffs}/b"], heard.Select(n => n.Path.Value));
        Assert.All(heard, n => Assert.Equal(SensorTiers.Files, n.Tier));
    }

    [Fact]
    public async Task Who_removed_a_pin_is_told_where_the_kernel_tells_it()
    {
        // Linux 6.6.
        using var probe = FanotifyWatch.TryOpen(out _);
        var tier = Open();
        Pin("mine");

        File.Delete($"{_lab.Bpffs}/mine");
        var unpin = Assert.Single(await HearAsync(tier, 1));

        if (probe is null)
        {
            Assert.IsType<Actor.Unknown>(unpin.Actor);
            return;
        }

        var actor = Assert.IsType<Actor.Process>(unpin.Actor).Identity;
        Assert.Equal((Environment.ProcessId, Environment.ProcessPath), (actor.Pid, actor.Exe));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_directory_and_a_bpffs_that_come_later_are_listened_to_as_well(bool tellsWho)
    {
        var tier = Open(tellsWho);
        var later = Directory.CreateDirectory($"{_lab.Folder}/a later").FullName;

        Directory.CreateDirectory($"{_lab.Bpffs}/d/e");
        Shell.Run("mount", "-t", "bpf", "bpf", later);
        Assert.Empty(Drain(tier));
        Pin("d/e/deep");
        Shell.Run("bpftool", "prog", "load", Compiled, $"{later}/other", "type", "xdp");
        File.Delete($"{_lab.Bpffs}/d/e/deep");
        File.Delete($"{later}/other");
        var heard = await HearAsync(tier, 2);
        Shell.Run("umount", later);

        Assert.Equal([$"{later}/other", $"{_lab.Bpffs}/d/e/deep"], heard.Select(n => n.Path.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_wait_ends_when_a_bpffs_is_mounted()
    {
        var actors = new ActorReader();
        await using var sensor = new FlightRecorderSensor(new(), actors, [new FilesTier(actors)]);
        await sensor.StartAsync(Recorder.Cancel);
        await sensor.DrainAsync(Recorder.Cancel);
        var waiting = sensor.WaitAsync(Recorder.Cancel);

        var later = Directory.CreateDirectory($"{_lab.Folder}/later").FullName;
        Shell.Run("mount", "-t", "bpf", "bpf", later);

        await waiting.WaitAsync(TimeSpan.FromSeconds(5), Recorder.Cancel);
    }

    [Fact]
    public void A_directory_that_covers_a_bpffs_is_not_listened_to()
    {
        Shell.Run("mount", "-t", "tmpfs", "tmpfs", _lab.Bpffs);
        File.WriteAllText($"{_lab.Bpffs}/file", "");
        var tier = Open();

        File.Delete($"{_lab.Bpffs}/file");

        Assert.Empty(Drain(tier));
        Shell.Run("umount", _lab.Bpffs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_self_test_makes_it_fire_and_nothing_of_that_is_told(bool tellsWho)
    {
        var (own, actors) = (new OwnObjects(), new ActorReader());
        await using var sensor = new FlightRecorderSensor(own, actors, [new FilesTier(actors, tellsWho)]);

        var status = await sensor.StartAsync(Recorder.Cancel);
        var heard = await sensor.DrainAsync(Recorder.Cancel);

        Assert.Equal(SensorStates.Live, Assert.Single(status.Tiers).State);
        // Linux 6.1 gives fanotify no handles of files on a bpffs, 6.12 does.
        Assert.Equal(tellsWho && Requires.IsLinux(6, 12) ? "fanotify" : "inotify", Assert.Single(status.Tiers[0].Hooks).Name);
        Assert.DoesNotContain(heard.OfType<UnpinNotice>(), n => n.Path.Value.Contains("xat_", StringComparison.Ordinal));
    }

    [Fact]
    public void Mount_points_are_read_with_what_was_escaped()
    {
        const string content = "44 43 0:39 / /sys/fs/bpf rw,relatime - bpf bpf rw,mode=700\n45 43 0:40 / /a\\040b shared:1 - bpf none rw\n46 1 0:2 / /tmp rw - tmpfs bpf rw\n";

        Assert.Equal(["/sys/fs/bpf", "/a b"], BpffsMounts.Parse(content));
    }

    public void Dispose()
    {
        _tiers.ForEach(t => t.Dispose());
        _lab.Dispose();
    }

    private string Compiled => field ??= _lab.CompileBpf("one", Samples.Pass);

    private static List<UnpinNotice> Drain(FilesTier tier)
    {
        var heard = new List<KernelNotice>();
        tier.Drain(heard);
        return [.. heard.Cast<UnpinNotice>()];
    }

    // Others on this machine remove pins as well.
    private async Task<List<UnpinNotice>> HearAsync(FilesTier tier, int count)
    {
        var heard = new List<UnpinNotice>();
        await Recorder.UntilAsync(() =>
        {
            heard.AddRange(Drain(tier).Where(n => n.Path.Value.StartsWith(_lab.Folder + "/", StringComparison.Ordinal)));
            return heard.Count >= count;
        });
        return heard;
    }

    private void Pin(string name) => Shell.Run("bpftool", "prog", "load", Compiled, $"{_lab.Bpffs}/{name}", "type", "xdp");

    private FilesTier Open(bool tellsWho = true)
    {
        var tier = new FilesTier(new(), tellsWho);
        _tiers.Add(tier);
        Assert.Equal(SensorStates.Live, tier.Open().State);
        return tier;
    }
}
