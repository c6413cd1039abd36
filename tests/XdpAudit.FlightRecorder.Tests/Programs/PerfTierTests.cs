namespace XdpAudit.FlightRecorder.Tests;

public sealed class PerfTierTests : IDisposable
{
    private const int Storms = 10_000;
    private readonly OwnObjects _own = new();
    private readonly ActorReader _actors = new();
    private readonly List<PerfTier> _tiers = [];

    public PerfTierTests() => Requires.RootAndBpf();

    [Fact]
    public async Task A_storm_of_loads_is_heard_to_the_last_without_loss_when_it_is_drained_meanwhile()
    {
        await using var recorder = new Recorder();
        await recorder.Sensor.StartAsync(Recorder.Cancel);
        var most = 0;

        var storm = Task.Run(() => Recorder.Storm(Storms));
        while (!storm.IsCompleted)
        {
            await recorder.Sensor.WaitAsync(Recorder.Cancel);
            recorder.Heard.AddRange(await recorder.Sensor.DrainAsync(Recorder.Cancel));
            most = Math.Max(most, recorder.Actors.Reads);
        }

        var ids = (await storm).ToHashSet();
        recorder.Heard.AddRange(await recorder.Sensor.DrainAsync(Recorder.Cancel));
        Assert.Equal(Storms, recorder.Heard.OfType<ProgramLoadNotice>().Count(n => ids.Contains(n.Id.Value) && Recorder.Pid(n) == Environment.ProcessId));
        Assert.Equal(Storms, recorder.Heard.OfType<ProgramUnloadNotice>().Count(n => ids.Contains(n.Id.Value)));
        Assert.Empty(recorder.Heard.OfType<LossNotice>());
        Assert.True(most < 100, $"{most} processes were read in one drain for {Storms} loads by one");
    }

    [Fact]
    public void What_did_not_fit_because_nobody_drained_is_told_to_the_last_record()
    {
        var small = Open(1);
        var large = Open(256);
        Drain(small);
        Drain(large);

        var ids = Recorder.Storm(1000).ToHashSet();
        var heard = Drain(small);
        var all = Drain(large);

        var loss = Assert.Single(heard.OfType<LossNotice>());
        var whole = all.Count(n => n is not LossNotice && n.BootNs <= loss.BootNs);
        Assert.Empty(all.OfType<LossNotice>());
        Assert.Equal(2000, all.Count(n => IsOf(n, ids)));
        Assert.Equal((ulong)whole, loss.Count!.Value + (ulong)(heard.Count - 1));
        Assert.True(loss.SinceBootNs <= all.Where(n => IsOf(n, ids)).Min(n => n.BootNs));
        Assert.Equal(SensorTiers.Perf, loss.Tier);
    }

    [Fact]
    public async Task Ids_that_a_full_ring_lost_are_not_told_a_second_time()
    {
        var small = Open(1);
        Recorder.Storm(1000);
        var told = Drain(small).OfType<LossNotice>().ToList();

        Recorder.Storm(1);
        var later = Drain(small);
        var due = BootClock.Now() + (2 * ProgramIds.GraceNs);
        while (BootClock.Now() < due)
        {
            await Task.Delay(50, Recorder.Cancel); // the grace is by the boot clock, which no test can set
            later.AddRange(Drain(small));
        }

        Assert.Single(told);
        Assert.Empty(later.OfType<LossNotice>());
    }

    [Fact]
    public void A_record_that_wraps_around_the_end_of_its_ring_is_read_whole()
    {
        var tier = Open(1);
        var ids = new HashSet<uint>();
        var heard = new List<KernelNotice>();

        for (var i = 0; i < 100; i++)
        {
            ids.UnionWith(Recorder.Storm(10));
            heard.AddRange(Drain(tier));
        }

        Assert.Empty(heard.OfType<LossNotice>());
        Assert.Equal(1000, heard.OfType<ProgramLoadNotice>().Count(n => ids.Contains(n.Id.Value)));
        Assert.Equal(1000, heard.OfType<ProgramUnloadNotice>().Count(n => ids.Contains(n.Id.Value)));
    }

    [Fact]
    public void A_processor_that_comes_online_is_listened_to_and_the_time_before_is_a_loss()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "needs two processors");
        using var lab = new Lab();
        var online = Path.Combine(lab.Folder, "online");
        File.WriteAllText(online, "0\n");
        var tier = new PerfTier(16, _own, _actors, online);
        _tiers.Add(tier);
        tier.Open();
        Assert.Single(tier.Descriptors);

        File.WriteAllText(online, "0-1\n");
        var loss = Assert.Single(Drain(tier).OfType<LossNotice>(), n => n.Count is null);

        Assert.Equal(2, tier.Descriptors.Count);
        Assert.StartsWith("processor 1 came online and is listened to from now on", loss.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_of_which_no_load_was_heard_is_a_loss_when_it_is_overdue()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "needs two processors");
        using var lab = new Lab();
        var online = Path.Combine(lab.Folder, "online");
        File.WriteAllText(online, "0\n");
        var deaf = new PerfTier(256, _own, _actors, online);
        _tiers.Add(deaf);
        deaf.Open();

        // What runs on another processor than the first is not heard here; the last load is.
        On(1, () => Recorder.Storm(50));
        On(0, () => Recorder.Storm(1));
        var heard = Drain(deaf);
        await Recorder.UntilAsync(() =>
        {
            heard.AddRange(Drain(deaf));
            return heard.OfType<LossNotice>().Any();
        });

        var loss = heard.OfType<LossNotice>().First();
        Assert.InRange(loss.Count!.Value, 50u, 10_000u);
        Assert.Contains("at most", loss.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void With_CAP_PERFMON_alone_it_listens_with_rings_that_fit_what_may_be_locked()
    {
        var before = OwnThread.LimitLockedMemory(0);
        try
        {
            SensorTier? opened = null;
            var tier = new PerfTier(4096, _own, _actors);
            _tiers.Add(tier);
            var thread = new Thread(() =>
            {
                OwnThread.KeepPerfMonAlone();
                opened = tier.Open();
            });
            thread.Start();
            thread.Join();

            var ids = Recorder.Storm(3).ToHashSet();

            // Debian lets nobody listen without CAP_SYS_ADMIN as long as this is 3.
            if (int.Parse(File.ReadAllText("/proc/sys/kernel/perf_event_paranoid")) > 2)
            {
                Assert.Equal(SensorStates.Refused, opened!.State);
                Assert.Contains("CAP_SYS_ADMIN where kernel.perf_event_paranoid is above 2", opened.Why, StringComparison.Ordinal);
                return;
            }

            Assert.Equal((SensorStates.Live, ""), (opened!.State, opened.Why));
            Assert.Equal(3, Drain(tier).OfType<ProgramLoadNotice>().Count(n => ids.Contains(n.Id.Value)));
        }
        finally
        {
            OwnThread.LimitLockedMemory(before);
        }
    }

    [Fact]
    public void What_is_open_is_closed_again()
    {
        var before = Directory.GetFileSystemEntries("/proc/self/fd").Length;

        var tier = Open(16);
        var during = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        tier.Dispose();

        Assert.True(during > before);
        Assert.Equal(before, Directory.GetFileSystemEntries("/proc/self/fd").Length);
    }

    public void Dispose() => _tiers.ForEach(t => t.Dispose());

    private static bool IsOf(KernelNotice notice, HashSet<uint> ids) => notice switch
    {
        ProgramLoadNotice n => ids.Contains(n.Id.Value),
        ProgramUnloadNotice n => ids.Contains(n.Id.Value),
        _ => false,
    };

    private static List<KernelNotice> Drain(PerfTier tier)
    {
        var heard = new List<KernelNotice>();
        tier.Drain(heard);
        return heard;
    }

    private static void On(int processor, Action act)
    {
        var thread = new Thread(() =>
        {
            OwnThread.StayOn(processor);
            act();
        });
        thread.Start();
        thread.Join();
    }

    private PerfTier Open(int pages)
    {
        var tier = new PerfTier(pages, _own, _actors);
        _tiers.Add(tier);
        Assert.Equal(SensorStates.Live, tier.Open().State);
        return tier;
    }
}
