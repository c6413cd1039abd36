using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

public class MapElementTests
{
    /// <summary>Map type, bytes per value, the program's expected attach type, the element's key: prog_array, devmap, devmap_hash, cpumap (bpf.h).</summary>
    public static TheoryData<bool, string, string, string, uint> Kinds
    {
        get
        {
            var kinds = new TheoryData<bool, string, string, string, uint>();
            foreach (var iterators in (ReadOnlySpan<bool>)[true, false])
            {
                kinds.Add(iterators, "3", "4", "0", 1);
                kinds.Add(iterators, "14", "8", "33", 1);
                kinds.Add(iterators, "25", "8", "33", 1);
                kinds.Add(iterators, "16", "8", "35", 0);
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_program_kept_by_an_element_of_a_map_is_told_with_map_and_key(bool iterators, string type, string bytes, string attach, uint key)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        using var holder = new Holder(rig.Lab.CompileC("element", CPrograms.Element), type, bytes, attach);
        var (map, program) = ((uint)holder.Numbers[0], (uint)holder.Numbers[1]);

        var look = Look.Once(iterators);

        Assert.Equal([new(new(map), key, new(program))], look.MapElements.Where(e => e.Map.Value == map));
        Rig.Program(look, program);
        Assert.DoesNotContain(look.Descriptors, d => d.Kind == ObjectKind.Program && d.ObjectId == program);
        Assert.True(look.Coverage.Maps.Complete, Look.Gaps(look));
    }
}
