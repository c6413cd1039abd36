using Microsoft.Extensions.Configuration;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class FlightRecorderSensorTests
{
    public FlightRecorderSensorTests() => Requires.RootAndBpf();

    [Fact]
    public async Task Its_perf_tier_is_live_on_this_kernel()
    {
        await using var sensor = new FlightRecorderSensor(new());

        var status = await sensor.StartAsync(Recorder.Cancel);

        var perf = Assert.Single(status.Tiers, t => t.Name == SensorTiers.Perf);
        Assert.Equal((SensorStates.Live, ""), (perf.State, perf.Why));
        Assert.Equal([new(PerfTier.LoadHook, SensorStates.Live, ""), new(PerfTier.UnloadHook, SensorStates.Live, "")], perf.Hooks);
        Assert.DoesNotContain("loads and unloads of programs", status.Invisible);
    }

    [Fact]
    public async Task A_tier_that_is_switched_off_says_by_which_setting()
    {
        await using var sensor = new FlightRecorderSensor(new() { Tracing = false, Function = false });

        var status = await sensor.StartAsync(Recorder.Cancel);

        Assert.Equal((SensorStates.Off, "setting 'tracing' is false"), Told(SensorTiers.Tracing));
        Assert.Equal((SensorStates.Off, "setting 'function' is false"), Told(SensorTiers.Function));
        Assert.Contains("links that are created, updated and detached", status.Invisible);

        (string, string) Told(string name) => status.Tiers.Where(t => t.Name == name).Select(t => (t.State, t.Why)).Single();
    }

    [Fact]
    public async Task The_odometer_counts_the_loads_between_two_readings()
    {
        await using var recorder = new Recorder();
        var before = await recorder.Sensor.StartAsync(Recorder.Cancel);

        Recorder.Storm(100);
        var after = await recorder.Sensor.TestAsync(Recorder.Cancel);

        Assert.InRange(after.Odometer!.Value - before.Odometer!.Value, 101u, 100_000u);
    }

    [Fact]
    public async Task A_hook_that_attaches_and_is_not_heard_is_silent_and_so_is_a_tier_of_such_hooks()
    {
        await using var half = new FlightRecorderSensor(new(), new(), [new DeafTier("hears", "deaf")]);
        await using var none = new FlightRecorderSensor(new(), new(), [new DeafTier("deaf")]);

        var halfDeaf = await half.StartAsync(Recorder.Cancel);
        var allDeaf = await none.StartAsync(Recorder.Cancel);

        Assert.Equal([SensorStates.Live, SensorStates.Silent], halfDeaf.Tiers[0].Hooks.Select(h => h.State));
        Assert.Equal(SensorStates.Live, halfDeaf.Tiers[0].State);
        Assert.Contains(halfDeaf.Invisible, i => i.Contains("'deaf'", StringComparison.Ordinal));
        Assert.Equal(SensorStates.Silent, allDeaf.Tiers[0].State);
        Assert.NotEqual("", allDeaf.Tiers[0].Why);
    }

    [Fact]
    public void Without_capabilities_it_is_refused_with_the_reason_and_throws_nothing()
    {
        Assert.SkipUnless(int.Parse(File.ReadAllText("/proc/sys/kernel/perf_event_paranoid")) > 0, "needs kernel.perf_event_paranoid above 0: here everybody may listen");
        SensorStatus? status = null;
        IReadOnlyList<KernelNotice>? heard = null;
        var thread = new Thread(() =>
        {
            OwnThread.GiveUpCapabilities();
            var sensor = new FlightRecorderSensor(new());
            status = sensor.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
            heard = sensor.DrainAsync(CancellationToken.None).GetAwaiter().GetResult();
            sensor.DisposeAsync().AsTask().GetAwaiter().GetResult();
        });
        thread.Start();
        thread.Join();

        var perf = Assert.Single(status!.Tiers, t => t.Name == SensorTiers.Perf);
        Assert.Equal(SensorStates.Refused, perf.State);
        Assert.Equal("perf_event_open: EACCES; it needs CAP_PERFMON (CAP_SYS_ADMIN where kernel.perf_event_paranoid is above 2, as Debian has it), or kernel.perf_event_paranoid below 0", perf.Why);
        Assert.Contains("loads and unloads of programs", status.Invisible);
        Assert.Empty(heard!);
    }

    [Fact]
    public async Task A_wait_ends_when_something_happens_and_when_it_is_cancelled()
    {
        await using var recorder = new Recorder();
        await recorder.Sensor.StartAsync(Recorder.Cancel);
        using var cancel = new CancellationTokenSource();

        var waiting = recorder.Sensor.WaitAsync(Recorder.Cancel);
        Recorder.Storm(1);
        await waiting.WaitAsync(TimeSpan.FromSeconds(5), Recorder.Cancel);
        await recorder.Sensor.DrainAsync(Recorder.Cancel);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recorder.Sensor.WaitAsync(cancel.Token));
    }

    [Fact]
    public async Task A_wait_ends_with_the_sensor()
    {
        var sensor = new FlightRecorderSensor(new(), new(), [new DeafTier("hears")]);
        await sensor.StartAsync(Recorder.Cancel);
        var waiting = sensor.WaitAsync(Recorder.Cancel);

        await sensor.DisposeAsync();

        await waiting.WaitAsync(TimeSpan.FromSeconds(5), Recorder.Cancel);
    }

    [Theory]
    [InlineData("perf_pages", "3")]
    [InlineData("perf_pages", "0")]
    [InlineData("tracing", "yes")]
    [InlineData("ring_bytes", "1000")]
    public void A_setting_that_cannot_be_used_is_refused_by_name(string name, string value)
    {
        var refused = Assert.Throws<FormatException>(() => FlightRecorderOptions.From(Settings(name, value)));

        Assert.Contains($"setting '{name}' is '{value}'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_are_read_and_the_rest_stays_as_it_is()
    {
        Assert.Equal(new() { PerfPages = 64 }, FlightRecorderOptions.From(Settings("perf_pages", "64")));
        Assert.Equal(new() { Tracing = false }, FlightRecorderOptions.From(Settings("tracing", "false")));
    }

    private static OneSetting Settings(string name, string value) => new OneSetting(name, value);

    /// <summary>Its first hook, when named so, is always heard; the others never.</summary>
    private sealed class DeafTier(params string[] hooks) : ITier
    {
        private long _count;

        public string Name => SensorTiers.Function;

        public IReadOnlyList<int> Descriptors => [];

        public SensorTier Open() => new(Name, SensorStates.Live, "", [.. hooks.Select(h => new SensorHook(h, SensorStates.Live, ""))]);

        public void Drain(List<KernelNotice> into)
        {
        }

        public IReadOnlyDictionary<string, long> Fired() => new Dictionary<string, long> { ["hears"] = ++_count };

        public void Dispose()
        {
        }
    }

    private sealed class OneSetting(string name, string value) : IConfiguration
    {
        public string? this[string key]
        {
            get => key == name ? value : null;
            set => throw new NotSupportedException();
        }

        public IConfigurationSection GetSection(string key) => throw new NotSupportedException();

        public IEnumerable<IConfigurationSection> GetChildren() => [];

        public Microsoft.Extensions.Primitives.IChangeToken GetReloadToken() => throw new NotSupportedException();
    }
}
