namespace XdpAudit.FlightRecorder.Tests;

public sealed class ActorReaderTests
{
    private readonly ActorReader _actors = new();

    [Fact]
    public void A_process_is_read_once_until_the_next_drain()
    {
        for (var i = 0; i < 1000; i++)
        {
            _actors.Of(Environment.ProcessId, Environment.ProcessId, BootClock.Now());
        }

        Assert.Equal(1, _actors.Reads);
        _actors.Forget();
        _actors.Of(Environment.ProcessId, Environment.ProcessId, BootClock.Now());
        Assert.Equal(1, _actors.Reads);
    }

    [Fact]
    public void A_pid_that_was_given_again_is_not_taken_for_who_it_is_now()
    {
        var actor = Assert.IsType<Actor.Process>(_actors.Of(Environment.ProcessId, Environment.ProcessId, bootNs: 1));

        Assert.Equal((Environment.ProcessId, null, null), (actor.Identity.Pid, actor.Identity.Comm, actor.Identity.StartTicks));
        Assert.Contains("comm: the process had ended and its pid was given again", actor.Identity.NotKnown!);
    }

    [Fact]
    public void A_kernel_thread_is_the_kernel()
    {
        var thread = Directory.GetDirectories("/proc").Select(d => Path.GetFileName(d)).Where(d => int.TryParse(d, out _)).Select(int.Parse)
            .FirstOrDefault(p => File.Exists($"/proc/{p}/stat") && ProcText.TryParseStat(File.ReadAllBytes($"/proc/{p}/stat"), out var s) && s.KernelThread);
        Assert.SkipWhen(thread == 0, "needs the first pid namespace: no kernel thread is visible");

        Assert.Equal(new Actor.Kernel("a kernel worker freed it"), _actors.Of(thread, thread, BootClock.Now()));
        Assert.IsType<Actor.Kernel>(_actors.Of(0, 0, BootClock.Now()));
        Assert.IsType<Actor.Unknown>(_actors.Of(-1, -1, BootClock.Now()));
    }

    [Fact]
    public void What_another_tier_saw_of_a_process_stays_and_the_rest_is_added()
    {
        var whole = Assert.IsType<Actor.Process>(_actors.Of(Environment.ProcessId, Environment.ProcessId, BootClock.Now())).Identity;

        var completed = _actors.Complete(new() { Pid = whole.Pid, StartTicks = whole.StartTicks, Comm = "as-it-was", NotKnown = ["path: it was too long"] });

        Assert.Equal(("as-it-was", whole.Exe, whole.CommandLine), (completed.Comm, completed.Exe, completed.CommandLine));
        Assert.Equal(["path: it was too long"], completed.NotKnown);
    }

    [Fact]
    public void What_another_tier_saw_of_an_earlier_process_gets_nothing_from_a_later_one()
    {
        var completed = _actors.Complete(new() { Pid = Environment.ProcessId, StartTicks = 1, Comm = "earlier" });

        Assert.Equal(("earlier", null), (completed.Comm, completed.Exe));
        Assert.Contains("exe: the process had ended and its pid was given again", completed.NotKnown!);
        Assert.DoesNotContain(completed.NotKnown!, n => n.StartsWith("comm:", StringComparison.Ordinal));
    }
}
