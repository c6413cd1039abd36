using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

/// <summary>
/// A descriptor is a user reference. In the field, looks at prog_arrays that only a program kept left them in the kernel for the rest of the
/// boot: two descriptors closed in short order count a reference that nobody gives back.
/// </summary>
public class MapReferenceTests
{
    [Fact]
    public async Task A_prog_array_that_only_a_program_keeps_goes_with_it_although_two_observers_looked_at_it_many_times()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        uint map;
        using (var holder = new Holder(rig.Lab.CompileC("kept", CPrograms.KeptByProgram)))
        {
            map = (uint)holder.Numbers[0];

            using var together = new Barrier(2);
            var seen = await Task.WhenAll(Task.Run(() => Seen(map, together)), Task.Run(() => Seen(map, together)));

            Assert.Equal([50, 50], seen);
        }

        Assert.True(Gone(map), $"map {map} outlived its program");
    }

    [Fact]
    public void The_memory_of_a_prog_array_is_told_without_opening_it()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        using var holder = new Holder(rig.Lab.CompileC("element", CPrograms.Element), "3", "4", "0");

        var fast = Map(Look.Once(), holder);
        var slow = Map(Look.Once(iterators: false), holder);

        // Before Linux 6.4 nothing but a descriptor tells it.
        Assert.NotNull(slow.MemlockBytes);
        Assert.Equal(Requires.IsLinux(6, 4) ? slow.MemlockBytes : null, fast.MemlockBytes);
    }

    [Fact]
    public void A_map_that_only_a_program_keeps_and_that_opening_does_not_change_tells_its_memory()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        using var holder = new Holder(rig.Lab.CompileC("kept", CPrograms.KeptByProgram), "hash");

        Assert.NotNull(Map(Look.Once(), holder).MemlockBytes);
    }

    private static ObservedMap Map(Observation look, Holder holder) => Assert.Single(look.Maps, m => m.Id.Value == holder.Numbers[0]);

    private static int Seen(uint map, Barrier together)
    {
        using var observer = Look.Observer();
        return Enumerable.Range(0, 50).Count(_ =>
        {
            together.SignalAndWait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            return observer.Observe(TestContext.Current.CancellationToken).Maps.Any(m => m.Id.Value == map);
        });
    }

    /// <summary>The kernel frees after a grace period, so it is asked until it has, within bounds.</summary>
    private static bool Gone(uint map)
    {
        using var observer = Look.Observer();
        return Enumerable.Range(0, 300).Any(_ => observer.Observe(TestContext.Current.CancellationToken).Maps.All(m => m.Id.Value != map));
    }
}
