// Written by tools/vocabulary.py from the Python code; `make docs` writes it anew.

export const SCENES = [
  {
    "name": "heights",
    "title": "Heights",
    "warnings": [
      "great heights",
      "looking down",
      "no railing on the last steps",
      "a narrow plank"
    ],
    "rungs": [
      {
        "name": "plaza",
        "title": "Square: look up at the building",
        "task": "Look up along the front of the building to its roof, then at the sky above it."
      },
      {
        "name": "stool",
        "title": "Step stool, half a metre",
        "task": "Stand on the stool and look at the ground around you."
      },
      {
        "name": "balcony_far",
        "title": "First-floor balcony, four metres from the edge",
        "task": "Look out over the square. Keep your distance from the wall."
      },
      {
        "name": "balcony_near",
        "title": "First-floor balcony, one metre from the edge",
        "task": "Look over the wall at the pavement."
      },
      {
        "name": "glass_rail",
        "title": "Third floor, at the glass rail",
        "task": "Look through the glass at the street."
      },
      {
        "name": "look_down",
        "title": "Third floor, look straight down for 30 seconds",
        "task": "Look straight down over the rail for 30 seconds. Count the people you can see."
      },
      {
        "name": "lift",
        "title": "Open lift at the tenth floor",
        "task": "Look out over the roofs, then down along the mast."
      },
      {
        "name": "roof",
        "title": "Roof at 40 metres, lean on the rail",
        "task": "Step up to the rail, lean over it and look down at the street."
      },
      {
        "name": "glass_floor",
        "title": "Glass floor at 40 metres",
        "task": "Look down between your feet."
      },
      {
        "name": "no_rail",
        "title": "Roof without a rail, one metre from the edge",
        "task": "Stand with both feet one metre from the edge and look ahead, then down."
      },
      {
        "name": "plank",
        "title": "Plank between two towers",
        "task": "Stand still on the plank. Look ahead, then at your feet, then past them."
      },
      {
        "name": "plank_wind",
        "title": "Plank in the wind: drop a ball and watch it fall",
        "task": "Let the ball fall and follow it with your eyes to the ground."
      }
    ],
    "stimuli": [
      "A ball falls over the edge",
      "A gust of wind",
      "A gull glides past"
    ]
  }
] as const;
