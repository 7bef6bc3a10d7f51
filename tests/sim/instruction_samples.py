"""What may be said of the scenes of `instruction_scenes`: honest instructions, and false ones with their codes.

A line is one instruction for all goals of the scene, or one for each goal, with `|` between them.
"""

from __future__ import annotations

HONEST = {
    "bowl": """
        put the red block into the green bowl
        Pick up the red block and place it gently inside the green bowl.
        Place the red cube in the green bowl, leaving the blue and yellow blocks where they are.
        Move the red block to the green bowl without disturbing any of the other blocks.
        Your task is to pick the red block from the table and drop it into the green bowl. Ignore the blue bowl.
        There are two bowls and three blocks on the table. Put the red one into the green bowl.
        Grasp the red block, lift it, carry it over to the green dish and release it there.
        The red block should end up inside the green bowl; do not touch the blue block or the yellow block.
        Among the red, blue and yellow blocks, find the red one and put it in the bowl that is green.
        transfer red block to green bowl
        Deposit the red brick in the green bowl, not in the blue one.
        Only the red block goes into the green bowl. The blue and the yellow block stay on the table.
    """,
    "pairs": """
        put each block into the bowl of the same color
        Match every block with the bowl that shares its color: red in red, blue in blue, yellow in yellow.
        Sort the red, blue, and yellow blocks into the bowls of matching colors.
        put the red block in the red bowl | put the blue block in the blue bowl | put the yellow block in the yellow bowl
        First place the red cube into the red bowl. | Next, place the blue cube into the blue bowl. | Finally, place the yellow cube into the yellow bowl.
        Place the three blocks in the three bowls so that the colour of each block matches the colour of its bowl.
        Put the red block into the red bowl, the blue block into the blue bowl, and the yellow block into the yellow bowl.
        red block goes in red bowl | blue block goes in blue bowl | yellow block goes in yellow bowl
        Pick up each colored block and drop it into its correspondingly colored bowl, starting with the red one.
        Put the red block in the matching bowl | Put the blue block in the matching bowl | Put the yellow block in the matching bowl
    """,
    "tower": """
        Stack the red, blue and green blocks on the stand, red at the bottom and green at the top.
        put the red block on the stand | put the blue block on the red block | put the green block on the blue block
        Place the red block on the brown base. | Stack the blue block on top of the red block. | Finish the tower by placing the green block on top of the blue block.
        Build a tower of three blocks on the stand, from bottom to top: red, blue, green.
        On the stand, build a tower with the red cube as the base, the blue cube in the middle and the green cube on top.
        Pick up the red block and set it on the stand | Pick up the blue block and set it on the red one | Pick up the green block and set it on the blue one
        Stack the blocks in the order red, blue, green on the brown stand, without using the yellow cylinder.
        Stack the three cubes into a vertical tower on the platform. The yellow cylinder is not part of the tower.
        Put the green block on the blue block, which sits on the red block, which sits on the stand.
        start the tower with the red block on the stand | continue with the blue block | complete it with the green block
        Construct a three-block tower on the stand: first the red block, then the blue one on it, and then the green one on that.
        Stack red on the stand. | Stack blue on red. | Stack green on blue.
    """,
    "pyramid": """
        Build a pyramid on the pallet: three red blocks at the bottom, two blue blocks in the middle and one green block on top.
        build the bottom layer with the three red blocks on the pallet | build the middle layer with the two blue blocks | put the green block on top
        Construct a 3-2-1 pyramid from the red, blue and green blocks on the pallet.
        Place the three red blocks side by side on the pallet. | Place the two blue blocks on top of the red blocks. | Place the green block on top of the blue blocks to complete the pyramid.
        Make a six-block pyramid on the pallet, with a red base, a blue second level and a green tip.
        Stack the six blocks into a pyramid, red ones at the base.
        Lay three red blocks in a row on the pallet. | On the row of red blocks, place two blue blocks. | Crown the pyramid with the green block.
        Use the three red cubes as the foundation, the two blue cubes as the second layer and the green cube as the peak of a pyramid on the pallet.
        Arrange all the blocks in a pyramid shape on the wooden pallet
        Build a triangle-shaped wall on the pallet whose rows are red, blue and green from bottom to top.
    """,
    "packed": """
        put the red ball, the blue ball and the green cylinder into the brown container
        Pack both balls and the cylinder into the brown box.
        Place the two balls and the green cylinder inside the brown crate. The yellow block must stay outside.
        Collect the red and blue balls and the green cylinder and put them in the container.
        Everything except the yellow block and the red bowl goes into the brown container.
        Pick up the red sphere, the blue sphere and the green can one after another and drop each of them into the container.
        Tidy up: put all balls and the cylinder into the brown bin, but leave the yellow cube alone.
        fill the brown container with the red ball, the blue ball, and the green cylinder
        Gather the round objects (two balls and one cylinder) in the brown container.
        Load the container with the two balls and the green cylinder; the red bowl and the yellow block are only distractors.
    """,
    "row": """
        line up the four purple cylinders on the orange line
        Arrange all purple cylinders in a row along the orange line.
        Place the cylinders in a straight line on top of the orange strip, evenly spaced.
        Set the four cylinders upright along the orange line, one next to the other.
        Stand the purple cylinders on the orange line so that they form a row.
        Align the purple cylinders with the orange line. Do not move the green block.
        Put four purple cans on the orange line, leaving equal gaps between them.
        Form a line of purple cylinders on the orange line marked on the table.
        Move each purple cylinder onto the orange line, side by side.
    """,
    "sorted": """
        sort the two red blocks into the red zone | sort the three blue blocks into the blue zone
        Sort the blocks by color into the zones.
        Move the red blocks to the red square and the blue blocks to the blue square.
        Bring all red blocks to the red area. | Bring all blue blocks to the blue area.
        Place each block inside the zone that has the same colour as the block.
        Separate the blocks: red ones go into the red region, blue ones into the blue region.
        Put both red cubes in the red zone | Put all three blue cubes in the blue zone
        Put the five blocks into the zones of their colors.
        Sort the 2 red and 3 blue blocks into the matching colored squares.
        First gather the red blocks in the red zone. | Then gather the blue blocks in the blue zone.
    """,
    "ring": """
        surround the yellow cylinder with the four gray blocks
        Place the four grey blocks around the yellow cylinder, one on each side.
        Arrange the gray cubes in a ring around the yellow cylinder.
        Put one gray block on each of the four sides of the yellow cylinder; the red bowl is not needed.
        Build a fence of gray blocks around the yellow cylinder
        Enclose the yellow cylinder with four gray blocks so that it stands in the middle of them.
        With the four gray blocks, form a cross around the yellow cylinder.
        Position the gray blocks next to the yellow cylinder, to its left, right, front and back.
    """,
    "beside": """
        put the red block next to the green block
        Place the red block beside the green block so that they almost touch.
        Move the red cube to the side of the green cube.
        Pick up the red block and put it down right next to the green one, away from the blue bowl.
        Set the red block adjacent to the green block. Leave the orange block and the bowl untouched.
        bring the red block close to the green block
        Push... no: pick and place the red block alongside the green block.
        The red block belongs beside the green block, not in the blue bowl.
    """,
    "boxes": """
        put the four brown boxes on the pallet
        Stack the brown boxes on the pallet in one layer of two by two.
        Palletize the four brown boxes; the white boxes are not to be moved.
        Load all four brown boxes onto the wooden pallet, in a 2x2 grid.
        Arrange the brown boxes on the pallet in two rows of two.
        Place the brown cartons on the pallet, leaving the white ones on the table.
        move all of the brown boxes onto the pallet
        Pick the brown boxes one at a time and place them onto the pallet next to each other.
    """,
    "bridge": """
        build a bridge from the two orange blocks and the cyan box
        place the two orange blocks apart from each other | lay the cyan box across the two orange blocks
        Build a bridge: the orange blocks are the pillars and the cyan box is the deck.
        Put two orange blocks on the table as pillars. | Place the cyan box on top of both orange blocks.
        Create an arch by setting up both orange cubes and bridging them with the cyan box.
        Stand the orange blocks side by side with a gap. | Put the cyan box on top of them to finish the bridge.
        Rest the cyan box on the two orange blocks, after placing these a few centimeters apart.
    """,
    "swap": """
        put the green block in the red bowl and the red block in the green bowl
        put the green block in the red bowl | put the red block in the green bowl
        Place each block in the bowl of the other color.
        Put the blocks into the bowls so that no block lies in a bowl of its own color.
        The green block goes into the red bowl. | The red block goes into the green bowl.
        Move the green cube into the red bowl, then move the red cube into the green bowl.
        Mismatch them: green block to red bowl, red block to green bowl
    """,
    "circle": """
        lay the six pink balls in a circle on the white zone
        Arrange the pink balls in a ring on the white square.
        Form a circle with all six pink balls on the white area.
        Place the balls evenly around the center of the white zone.
        Position the six pink spheres on the white zone so that they make a hexagon.
        put the 6 pink balls on the white mat in a circular pattern
        Make a flower of six pink balls on the white zone
    """,
    "rope": """
        align the green rope with the brown line
        Lay the green rope along the brown line.
        Straighten the rope and lay it on the brown line; the yellow line is not meant.
        Stretch the green cable out over the brown strip.
        Manipulate the rope until it covers the brown line from end to end.
    """,
    "pile": """
        push the pile of green blocks into the brown square
        Sweep all the small green blocks into the brown zone.
        Use the spatula to push the green pile into the brown area, avoiding the yellow one.
        Sweep the tiny green cubes into the brown region without spilling any into the yellow square.
        gather the scattered green blocks inside the brown square
    """,
    "hanoi": """
        Move the whole tower to the last peg, one disk at a time, never placing a larger disk on a smaller one.
        Solve the Towers of Hanoi: bring all three disks to the third peg.
        transfer the stack of rings from the first peg to the last peg
        Move the three disks of the stand to its last rod, following the rules of the towers of Hanoi.
    """,
    "kit": """
        assemble the kit by putting every shape into its hole
        Put the letter R, the letter V, the circle, the triangle and the flower into the matching holes of the kit.
        Fit the five pieces into their slots in the tray.
        Place the brown R, the blue V, the cyan circle, the green triangle and the red flower where their outlines are.
        Insert each object into the cutout with the same shape.
        Kit the parts: every one of the five shapes belongs into the hole of its form.
    """,
    "shape": """
        pack the pentagon into the brown container
        Put the green pentagon inside the brown box and leave the other shapes where they are.
        Find the pentagon among the shapes and place it in the container.
        The green five-sided piece goes into the brown container.
        Pick the pentagon-shaped object and drop it in the brown bin; do not pack the star, the diamond or the rectangle.
    """,
    "corner": """
        align the yellow box with the corner
        Push... rather: pick up the yellow box and fit it into the corner mark.
        Place the yellow box so that one of its corners meets the L-shaped mark on the table.
        Bring the box to the corner bracket and line up its edges with it.
        put the yellow block in the marked corner
    """,
    "insertion": """
        put the green L-shaped block into the brown fixture
        Insert the L shape into the fixture.
        Rotate the green L-block so that it fits in the brown holder and drop it in.
        Fit the green piece into the L-shaped hole.
        place the green ell in the fixture
    """,
}

FALSE = {
    "bowl": """
        about-another: put the blue block into the green bowl
        about-another: Pick up the yellow block and place it inside the green bowl.
        about-another: put the red block into the blue bowl
        mismatch: put the green block into the green bowl
        mismatch: put the red ball into the green bowl
        mismatch: Place the red block in the yellow bowl, leaving the others where they are.
        mismatch: Move the red block to the pallet.
        relation: put the red block next to the green bowl
        relation: Place the red block on top of the green bowl.
        relation: put the green bowl on the red block
        relation: put the red block under the green bowl
        count: put the two red blocks into the green bowl
        about-another: Only the blue block goes into the green bowl. The others stay on the table.
        count: put all the blocks into the green bowl
    """,
    "pairs": """
        relation: put the red block in the blue bowl | put the blue block in the blue bowl | put the yellow block in the yellow bowl
        relation: Put the red block into the blue bowl, the blue block into the yellow bowl, and the yellow block into the red bowl.
        not-instructed: put the red block in the red bowl | put the red block in the red bowl | put the yellow block in the yellow bowl
        not-instructed: Put the red block into the red bowl and the blue block into the blue bowl.
        relation: Place each block in a bowl of a different color.
        mismatch: put the red block in the red bowl | put the blue block in the blue bowl | put the green block in the yellow bowl
        mismatch: Sort the red, blue, and purple blocks into the bowls of matching colors.
        count: Place the four blocks into the bowls of matching colors.
        mismatch: Put each block into the zone of the same color: red block in the red zone, blue block in the blue zone.
        relation: Place the blocks beside the bowls of the same color.
    """,
    "tower": """
        relation: put the blue block on the stand | put the blue block on the green block | put the green block on the blue block
        not-instructed: put the blue block on the stand | put the blue block on the red block | put the green block on the blue block
        relation: put the red block on the stand | put the blue block next to the red block | put the green block next to the blue block
        relation: Put the red block on the blue block, and the blue block on the green block.
        relation: Line up the red, blue and green blocks in a row on the stand.
        about-another: put the yellow cylinder on the stand | put the blue block on the red block | put the green block on the blue block
        mismatch: Stack the red, blue and yellow blocks on the stand.
        mismatch: Stack the red, blue and green blocks on the pallet.
        count: Build a tower of four blocks on the stand.
        not-instructed: Stack the red block and the blue block on the stand.
        relation: put the red block on the stand | put the green block on the red block | put the blue block on the green block
        mismatch: Stack the red, blue and green cylinders on the stand.
    """,
    "pyramid": """
        count: Build a pyramid on the pallet: four red blocks at the bottom, two blue blocks in the middle and one green block on top.
        relation: Arrange the six blocks in a circle on the pallet.
        mismatch: Build a pyramid from the red, blue and yellow blocks on the pallet.
        mismatch: build the bottom layer with the three red blocks on the stand | build the middle layer with the two blue blocks | put the green block on top
        not-instructed: build the bottom layer with the three red blocks on the pallet | build the middle layer with the three red blocks | put the green block on top
        relation: Place the three red blocks on the pallet. | Place the two blue blocks next to the red blocks. | Place the green block next to the blue blocks.
        relation: Place the three red blocks on the pallet. | Place the two blue blocks on top of the green block. | Place the green block on the pallet.
        not-instructed: Build a wall from the three red blocks and the two blue blocks on the pallet.
    """,
    "packed": """
        not-instructed: put the red ball and the blue ball into the brown container
        about-another: put the yellow block into the brown container
        about-another: put the red ball, the blue ball and the green cylinder into the red bowl
        mismatch: put the red ball, the blue ball and the purple cylinder into the brown container
        mismatch: put the red ball, the yellow ball and the green cylinder into the brown container
        mismatch: put the red ball, the blue ball and the green cylinder into the white container
        count: put the three balls and the green cylinder into the brown container
        relation: put the red ball, the blue ball and the green cylinder next to the brown container
        about-another: Pack both balls, the green cylinder and the yellow block into the brown container.
        not-instructed: Place the green cylinder inside the brown crate.
    """,
    "row": """
        count: line up the three purple cylinders on the orange line
        mismatch: line up the four purple cylinders on the yellow line
        mismatch: line up the four pink cylinders on the orange line
        mismatch: line up the four purple blocks on the orange line
        about-another: line up the green block on the orange line
        relation: Arrange the four purple cylinders in a circle on the orange line.
        relation: Stack the purple cylinders on top of each other on the orange line.
        relation: Place the purple cylinders next to the orange line.
    """,
    "sorted": """
        relation: sort the two red blocks into the blue zone | sort the three blue blocks into the red zone
        count: sort the three red blocks into the red zone | sort the three blue blocks into the blue zone
        mismatch: sort the two red blocks into the red zone | sort the three blue blocks into the green zone
        mismatch: Move the red blocks to the red bowl and the blue blocks to the blue bowl.
        not-instructed: sort the two red blocks into the red zone | sort the two red blocks into the blue zone
        not-instructed: Move the red blocks to the red square.
        mismatch: Move the red balls to the red square and the blue balls to the blue square.
        relation: Put every block into the zone of the other color.
        count: Put the six blocks into the zones of their colors.
        relation: Put the red blocks beside the red zone. | Put the blue blocks beside the blue zone.
    """,
    "ring": """
        count: surround the yellow cylinder with the three gray blocks
        mismatch: surround the yellow ball with the four gray blocks
        relation: surround the red bowl with the four gray blocks
        relation: stack the four gray blocks on top of the yellow cylinder
        relation: put the four gray blocks on the yellow cylinder
        mismatch: surround the yellow cylinder with the four green blocks
        relation: line up the four gray blocks in a row
        about-another: put the four gray blocks into the red bowl
    """,
    "beside": """
        relation: put the red block on top of the green block
        relation: stack the red block on the green block
        about-another: put the orange block next to the green block
        about-another: put the red block into the blue bowl
        mismatch: put the red block next to the yellow block
        mismatch: put the red ball next to the green block
        relation: put the red block under the green block
        about-another: put the red block on the orange block
        count: put the three red blocks next to the green block
    """,
    "boxes": """
        about-another: put the white boxes on the pallet
        count: put the six brown boxes on the pallet
        count: put all the boxes on the pallet
        relation: put the four brown boxes next to the pallet
        mismatch: put the four brown balls on the pallet
        mismatch: put the four brown boxes on the stand
        relation: Stack the four brown boxes on top of each other on the pallet.
        about-another: put the white boxes and the pallet together
    """,
    "bridge": """
        relation: place the two orange blocks apart from each other | lay the cyan box next to the two orange blocks
        mismatch: place the two orange blocks apart from each other | lay the blue box across the two orange blocks
        not-instructed: place the two orange blocks apart from each other | place the two orange blocks on the table
        relation: put the two orange blocks on top of the cyan box
        count: build a bridge from the three orange blocks and the cyan box
        mismatch: build a bridge from the two orange cylinders and the cyan box
    """,
    "swap": """
        relation: put the green block in the green bowl | put the red block in the red bowl
        relation: put each block into the bowl of the same color
        relation: put the red block in the red bowl and the green block in the green bowl
        not-instructed: put the red block in the green bowl | put the red block in the green bowl
        not-instructed: put the red block in the green bowl | put the green block in the red bowl
        mismatch: put the blue block in the red bowl | put the red block in the green bowl
        relation: Pick up the green block and place it in the green bowl. | Pick up the red block and place it in the red bowl.
    """,
    "circle": """
        count: lay the five pink balls in a circle on the white zone
        relation: lay the six pink balls in a straight line on the white zone
        mismatch: lay the six pink balls in a circle on the black zone
        mismatch: lay the six pink blocks in a circle on the white zone
        relation: build a pyramid of six pink balls on the white zone
        relation: lay the six pink balls in a circle next to the white zone
    """,
    "rope": """
        about-another: align the green rope with the yellow line
        mismatch: align the red rope with the brown line
        mismatch: align the green rope with the blue line
        about-another: Lay the green rope along the yellow line.
    """,
    "pile": """
        about-another: push the pile of green blocks into the yellow square
        mismatch: push the pile of red blocks into the brown square
        mismatch: push the pile of green blocks into the brown bowl
        mismatch: sweep the green balls into the brown zone
    """,
    "hanoi": """
        mismatch: Move the four blocks to the last peg.
        count: Move the five disks to the last peg, one disk at a time.
    """,
    "kit": """
        mismatch: put the star, the letter V, the circle, the triangle and the flower into their holes in the kit
        not-instructed: put the letter V, the circle, the triangle and the flower into their holes in the kit
        mismatch: Put the brown R, the red V, the cyan circle, the green triangle and the red flower into the kit.
    """,
    "shape": """
        about-another: pack the star into the brown container
        about-another: Put the blue rectangle into the brown container.
        mismatch: pack the red pentagon into the brown container
        mismatch: pack the heart into the brown container
        relation: put the pentagon next to the brown container
    """,
    "corner": """
        mismatch: align the red box with the corner
        mismatch: put the yellow box into the bowl
        mismatch: align the yellow cylinder with the corner
    """,
    "insertion": """
        mismatch: put the red L-shaped block into the brown fixture
        mismatch: put the green L-shaped block into the green fixture
        relation: put the green L-shaped block on top of the brown fixture
        relation: put the green L-shaped block beside the brown fixture
        mismatch: put the green ball into the brown fixture
    """,
}


def lines(block: str) -> list[str]:
    """The lines of a table's entry."""
    return [line.strip() for line in block.strip().splitlines()]
