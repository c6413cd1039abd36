using System.Globalization;
using System.Text.Json;
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

    /// <summary>Map type, program's attach type, capacity, elements, distance of keys: at the end of an array, and two in one bucket of a hash.</summary>
    public static TheoryData<bool, string, string, string, string, string> Many
    {
        get
        {
            var kinds = new TheoryData<bool, string, string, string, string, string>();
            foreach (var iterators in (ReadOnlySpan<bool>)[true, false])
            {
                kinds.Add(iterators, "3", "0", "97", "3", "32");
                kinds.Add(iterators, "3", "0", "4", "3", "1");
                kinds.Add(iterators, "14", "33", "97", "3", "32");
                kinds.Add(iterators, "25", "33", "8", "5", "8");
                kinds.Add(iterators, "25", "33", "8", "5", "3");
                kinds.Add(iterators, "16", "35", "2", "2", "1");
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Many))]
    public void Elements_agree_with_a_dump_of_the_map_by_bpftool(bool iterators, string type, string attach, string entries, string count, string step)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        using var holder = new Holder(rig.Lab.CompileC("elements", CPrograms.Elements), type, attach, entries, count, step);
        var map = (uint)holder.Numbers[0];

        var look = Look.Once(iterators);
        var ours = look.MapElements.Where(e => e.Map.Value == map).Select(e => (e.Index, e.Program.Value)).Order().ToList();

        Assert.Equal(Dump(map), ours);
        Assert.Equal(holder.Numbers[1..].Select(p => (uint)p).Order(), ours.Select(e => e.Value).Order());
        Assert.True(look.Coverage.Maps.Complete, Look.Gaps(look));
    }

    [Fact]
    public void More_elements_than_one_visit_of_the_iterator_can_write_are_told_all_the_same()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        using var holder = new Holder(rig.Lab.CompileC("elements", CPrograms.Elements), "3", "0", "9001", "9000", "1");

        var look = Look.Once();

        Assert.Equal(
            Enumerable.Range(1, 9000).Select(n => (uint)n),
            look.MapElements.Where(e => e.Map.Value == holder.Numbers[0]).Select(e => e.Index));
        Assert.True(look.Coverage.Maps.Complete, Look.Gaps(look));
    }

    [Fact]
    public void Maps_that_do_not_fit_into_one_buffer_together_are_told_all_the_same()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var program = rig.Lab.CompileC("elements", CPrograms.Elements);
        using var first = new Holder(program, "3", "0", "3001", "3000", "1");
        using var second = new Holder(program, "3", "0", "3001", "3000", "1");

        var look = Look.Once();

        Assert.All(
            new[] { first, second },
            h => Assert.Equal(Enumerable.Range(1, 3000).Select(n => (uint)n), look.MapElements.Where(e => e.Map.Value == h.Numbers[0]).Select(e => e.Index)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Slots_beyond_those_we_read_are_a_gap(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        using var holder = new Holder(rig.Lab.CompileC("elements", CPrograms.Elements), "3", "0", "70000", "2", "34000");

        var look = Look.Once(iterators);

        Assert.Equal([34_000u], look.MapElements.Where(e => e.Map.Value == holder.Numbers[0]).Select(e => e.Index));
        Assert.False(look.Coverage.Maps.Complete);
        Assert.Contains($"read elements of map {holder.Numbers[0]}", Look.Gaps(look), StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_whose_end_the_kernel_did_not_write_is_not_told()
    {
        ReadOnlySpan<ElementRecord> records =
        [
            new() { Key = 7, Program = ElementRecord.Begin }, new() { Key = 0, Program = 70 }, new() { Key = 2, Program = 72 },
            new() { Key = (uint)ElementsEnd.TooManySlots, Program = ElementRecord.End },
            new() { Key = 8, Program = ElementRecord.Begin }, new() { Key = 1, Program = 81 },
        ];

        var whole = MapElements.TryNext(ref records, out var map, out var found, out var end);
        var programs = found.ToArray().Select(e => (e.Key, e.Program));
        var cut = MapElements.TryNext(ref records, out _, out var none, out _);

        Assert.True(whole);
        Assert.Equal((7u, ElementsEnd.TooManySlots), (map, end));
        Assert.Equal([(0u, 70u), (2u, 72u)], programs);
        Assert.False(cut);
        Assert.True(none.IsEmpty);
    }

    private static List<(uint Key, uint Program)> Dump(uint map)
    {
        var entries = JsonDocument.Parse(Shell.Run("bpftool", "-j", "map", "dump", "id", Rig.Text(map))).RootElement.EnumerateArray();
        return [.. entries.Where(e => e.GetProperty("value").ValueKind == JsonValueKind.Array)
            .Select(e => (Bytes(e.GetProperty("key"))[0], Bytes(e.GetProperty("value"))[^1])).Where(e => e.Item2 != 0).Order()];
    }

    /// <summary>bpftool writes keys and values as bytes: <c>["0x20","0x00","0x00","0x00"]</c>.</summary>
    private static uint[] Bytes(JsonElement hex)
    {
        var bytes = hex.EnumerateArray().Select(b => byte.Parse(b.GetString()!.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        return [.. Enumerable.Range(0, bytes.Length / 4).Select(n => BitConverter.ToUInt32(bytes, n * 4))];
    }
}
