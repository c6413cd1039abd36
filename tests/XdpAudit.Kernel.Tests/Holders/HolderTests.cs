using System.Globalization;
using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

public class HolderTests
{
    public static TheoryData<bool> BothWays => Look.BothWays;

    [Theory]
    [MemberData(nameof(BothWays))]
    public void A_process_that_holds_a_program_is_told_with_its_whole_identity(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var exe = rig.Lab.CompileC("holder", CPrograms.Load);
        using var holder = new Holder(exe, "xa_held");

        var held = Assert.Single(Look.Once(iterators).Descriptors, d => d.Kind == ObjectKind.Program && d.ObjectId == holder.Numbers[0]);

        Assert.Equal(holder.Pid, held.Process.Pid);
        Assert.Null(held.Thread);
        Assert.Contains("bpf-prog", Shell.Run("readlink", $"/proc/{holder.Pid}/fd/{held.Fd}"), StringComparison.Ordinal);
        Assert.Equal(Field(holder.Pid, 22), held.Process.StartTicks);
        Assert.Equal("holder", held.Process.Comm);
        Assert.Equal(exe, held.Process.Exe);
        Assert.Equal(0u, held.Process.Uid);
        Assert.Equal(Loginuid(holder.Pid), held.Process.LoginUid);
        Assert.Contains(held.Process.Cgroup!, File.ReadAllText($"/proc/{holder.Pid}/cgroup"), StringComparison.Ordinal);
        Assert.Equal($"net:[{held.Process.Netns}]\n", Shell.Run("readlink", $"/proc/{holder.Pid}/ns/net"));
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void A_thread_with_a_descriptor_table_of_its_own_is_told_as_that_thread(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        using var holder = new Holder(rig.Lab.CompileC("thread", CPrograms.Thread));

        var held = Assert.Single(Look.Once(iterators).Descriptors, d => d.Kind == ObjectKind.Program && d.ObjectId == holder.Numbers[0]);

        Assert.Equal((holder.Pid, holder.Numbers[1]), (held.Process.Pid, held.Thread!.Value));
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void A_child_that_inherited_and_a_stranger_that_received_are_the_holders_and_the_loader_is_not(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        using var holder = new Holder(rig.Lab.CompileC("share", CPrograms.Share));

        var held = Look.Once(iterators).Descriptors.Where(d => d.Kind == ObjectKind.Program && d.ObjectId == holder.Numbers[0]);

        Assert.Equal(holder.Numbers[1..].Order(), held.Select(d => d.Process.Pid).Order());
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void A_link_is_held_by_its_creator_whichever_name_its_descriptor_has(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var netns = rig.Lab.Netns();
        using var creator = new Holder("nsenter", $"--net=/run/netns/{netns}", rig.Lab.CompileC("link", CPrograms.Link), "va", "0");
        var id = Rig.Text((uint)creator.Numbers[1]);
        Shell.Run("bpftool", "link", "pin", "id", id, $"{rig.Lab.Bpffs}/l");
        const string open = CPrograms.Head + "int main(int n, char **v) { printf(\"link %u\\n\", link_id_of(obj_get(v[1]))); hold(); }";
        using var opener = new Holder(rig.Lab.CompileC("open", open), $"{rig.Lab.Bpffs}/l");

        var held = Look.Once(iterators).Descriptors.Where(d => d.Kind == ObjectKind.Link && d.ObjectId == creator.Numbers[1]);

        Assert.Equal(new[] { creator.Pid, opener.Pid }.Order(), held.Select(d => d.Process.Pid).Order());
    }

    [Fact]
    public void The_auditor_shows_itself_as_the_holder_of_its_iterators_and_of_nothing_else()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        rig.Load();
        using var observer = Look.Observer();
        observer.Observe(TestContext.Current.CancellationToken);

        var look = observer.Observe(TestContext.Current.CancellationToken);
        var names = look.Programs.ToDictionary(p => p.Id.Value, p => p.Name);
        var mine = look.Descriptors.Where(d => d.Process.Pid == Environment.ProcessId).ToList();

        Assert.All(mine, d => Assert.NotEqual(ObjectKind.Map, d.Kind));
        Assert.Equal(BpfIterators.Names.Order(), mine.Where(d => d.Kind == ObjectKind.Program).Select(d => names[d.ObjectId]).Order());
        Assert.Equal(
            BpfIterators.Names.Order(),
            mine.Where(d => d.Kind == ObjectKind.Link).Select(d => names[look.Links.Single(l => l.Id.Value == d.ObjectId).ProgramId.Value]).Order());
    }

    private static ulong Field(int pid, int number) =>
        ulong.Parse(File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].Split(' ')[number - 3], CultureInfo.InvariantCulture);

    private static uint? Loginuid(int pid) =>
        uint.Parse(File.ReadAllText($"/proc/{pid}/loginuid"), CultureInfo.InvariantCulture) is var uid && uid != uint.MaxValue ? uid : null;
}
