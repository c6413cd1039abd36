using System.Runtime.CompilerServices;
using System.Text;

namespace XdpAudit.Store.Tests;

/// <summary>
/// The stored form of every event, frozen in events/*.json. A file that changes means that journals in the field can no longer be read:
/// only optional members may be added. UPDATE_GOLDEN=1 writes the files of new events.
/// </summary>
public sealed class StoredEventTests
{
    public static TheoryData<string> Names { get; } = [.. EventNames.All.Keys];

    [Fact]
    public void Every_event_has_an_example_and_a_file_and_no_file_is_of_no_event()
    {
        Assert.Equal(EventNames.All.Keys.Order(), Examples.All.Keys.Order());
        if (!Updating)
        {
            Assert.Equal(EventNames.All.Keys.Order(), Directory.GetFiles(Folder(), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_bytes_are_those_of_its_file(string name)
    {
        var file = Path.Combine(Folder(), name + ".json");
        var written = EventJson.Write(Examples.All[name]);
        if (Updating)
        {
            File.WriteAllBytes(file, [.. written, (byte)'\n']);
        }

        Assert.Equal(File.ReadAllText(file).TrimEnd('\n'), Encoding.UTF8.GetString(written));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reading_its_file_gives_the_event_that_was_written(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(Folder(), name + ".json")).TrimEnd('\n'));

        var read = EventJson.Read(EventNames.All[name], bytes);

        Assert.IsType(Examples.All[name].GetType(), read);
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(EventJson.Write(read)));
        Assert.Equal(Examples.All[name].Subjects, read.Subjects);
        Assert.Equal(Examples.All[name].Occurred, read.Occurred);
        Assert.Equal(Examples.All[name].Actor, read.Actor);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_member_of_a_later_version_is_no_obstacle(string name)
    {
        var written = Encoding.UTF8.GetString(EventJson.Write(Examples.All[name]));

        var read = EventJson.Read(EventNames.All[name], Encoding.UTF8.GetBytes(written.Insert(1, "\"member_of_a_later_version\":{\"a\":[1]},")));

        Assert.Equal(written, Encoding.UTF8.GetString(EventJson.Write(read)));
    }

    private static bool Updating => Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    private static string Folder([CallerFilePath] string path = "") => Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(path)!, "events")).FullName;
}
